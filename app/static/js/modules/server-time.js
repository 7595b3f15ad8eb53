/* The server's time now: the time the page was served at (<time data-server-now datetime="…">) plus the time since. */

const served = document.querySelector("[data-server-now]");
const offset = served ? Date.parse(served.getAttribute("datetime")) - Date.now() : 0;

/** Milliseconds since 1970 by the server's clock. */
export const serverNow = () => Date.now() + offset;
