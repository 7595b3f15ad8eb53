/* Small things several modules need: who is signed in, the CSRF token, icons, and the lists of reasons. */

/** The user name of the person signed in, or "" where nobody is. */
export const person = () => document.body.dataset.person ?? "";

/** The CSRF token of this page, never of the page an entry was typed on. */
export const csrfToken = () => document.querySelector('meta[name="csrf-token"]')?.content ?? "";

/** A fresh random key, also where the page is not a secure context. */
export const freshKey = () => {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
};

/** True where the user is typing text, so that a single letter is text and not a command. */
export const isTyping = (element) =>
  element instanceof HTMLElement &&
  (element.isContentEditable ||
    element.tagName === "TEXTAREA" ||
    element.tagName === "SELECT" ||
    (element.tagName === "INPUT" && !["button", "checkbox", "radio", "submit", "file", "reset"].includes(element.type)));

/** Put a titled list of reasons into the place given, in the place of what was there; an empty list clears it. */
export const showRefusals = (place, title, reasons) => {
  place.replaceChildren();
  if (reasons.length === 0) {
    return;
  }
  const box = document.createElement("div");
  box.className = "refusals";
  box.setAttribute("role", "alert");
  const heading = document.createElement("p");
  heading.className = "refusals-title";
  heading.textContent = title;
  const list = document.createElement("ul");
  for (const reason of reasons) {
    const item = document.createElement("li");
    item.textContent = reason;
    list.append(item);
  }
  box.append(heading, list);
  place.append(box);
};

/** Seconds as 0:42 or 1:05:09. */
export const asDuration = (seconds) => {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (number) => String(number).padStart(2, "0");
  const hours = Math.floor(whole / 3600);
  const rest = `${two(Math.floor((whole % 3600) / 60))}:${two(whole % 60)}`;
  return hours > 0 ? `${hours}:${rest}` : rest.replace(/^0/, "");
};
