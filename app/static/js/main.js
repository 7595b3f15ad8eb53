/*
 * Attaches behaviours. An element with data-module="keypad slip" gets js/modules/keypad.js and js/modules/slip.js;
 * each module's default export is called once with the element. Pages work without any of it.
 * When all of them listen, the root has data-attached.
 */

const attach = async (element) => {
  for (const name of element.dataset.module.split(/\s+/)) {
    if (/^[a-z][a-z-]*$/.test(name)) {
      const behaviour = await import(`./modules/${name}.js`);
      behaviour.default(element);
    }
  }
};

const attached = [...document.querySelectorAll("[data-module]")].map(attach);
Promise.all(attached).then(() => document.documentElement.toggleAttribute("data-attached", true));
