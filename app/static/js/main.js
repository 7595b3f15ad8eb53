/*
 * Attaches behaviours. An element with data-module="keypad slip" gets js/modules/keypad.js and js/modules/slip.js;
 * each module's default export is called once with the element. Pages work without any of it.
 */

const attach = async (element) => {
  for (const name of element.dataset.module.split(/\s+/)) {
    if (/^[a-z][a-z-]*$/.test(name)) {
      const behaviour = await import(`./modules/${name}.js`);
      behaviour.default(element);
    }
  }
};

for (const element of document.querySelectorAll("[data-module]")) {
  attach(element);
}
