/*
 * photo: shows the chosen photo before it is sent and refuses one above data-max-bytes at once.
 * The preview is drawn on a canvas, since the content security policy allows no blob: images.
 */

const megabytes = (bytes) => (bytes / 1024 / 1024).toFixed(1);

export default function photo(tile) {
  const input = tile.querySelector('input[type="file"]');
  const canvas = tile.querySelector("[data-photo-preview]");
  const note = tile.querySelector("[data-photo-note]");
  const most = Number(tile.dataset.maxBytes);

  const draw = async (file) => {
    const picture = await createImageBitmap(file);
    const scale = Math.min(1, 640 / picture.width);
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    canvas.hidden = false;
  };

  input.addEventListener("change", async () => {
    const [file] = input.files;
    canvas.hidden = true;
    note.textContent = "";
    input.setCustomValidity("");
    if (!file) return;
    if (file.size > most) {
      const why = `This file has ${megabytes(file.size)} MB; at most ${megabytes(most)} MB can be kept. Take a smaller photo.`;
      note.textContent = why;
      input.setCustomValidity(why);
      return;
    }
    note.textContent = `${file.name}, ${megabytes(file.size)} MB. Look whether it can be read.`;
    if (file.type.startsWith("image/")) {
      await draw(file).catch(() => {
        note.textContent = `${file.name} can't be shown as a picture; it may be damaged.`;
      });
    }
  });
}
