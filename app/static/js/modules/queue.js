/* queue: brings the current item of a long list into sight. Moving through it is a matter of keys.js. */

export default function queue(list) {
  list.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest" });
}
