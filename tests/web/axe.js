// Beside axe-core in a page under test: looks at it at one width in both themes, and at what is under a pointer or has the focus.
(function () {
  const STYLE = ["color", "backgroundColor", "backgroundImage", "opacity", "fontSize", "fontWeight", "visibility",
    "position", "textShadow", "filter", "mixBlendMode", "textDecorationLine"];
  const FORM = new Set(["INPUT", "SELECT", "TEXTAREA", "PROGRESS", "METER"]);
  const PLACES = ["target-size", "scrollable-region-focusable"];  // rules that look at where lines break
  const COLOURS = ["color-contrast", "link-in-text-block"];
  let last = null;  // what was shown at the width before

  function hash(text, seed) {
    let h = seed | 0;
    for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
    return (h ^ (h >>> 15)) >>> 0;
  }

  // A look is everything of an element and of what it lies in that decides its contrast.
  function looks() {
    const of = new Map();
    for (const each of document.querySelectorAll("body, body *")) {
      if (each.namespaceURI !== "http://www.w3.org/1999/xhtml") continue;
      const style = getComputedStyle(each);
      const says = FORM.has(each.tagName) || [...each.childNodes].some(n => n.nodeType === 3 && n.data.trim());
      const own = [each.tagName, each.className, says, each.disabled, each.getAttribute("aria-disabled"),
        style.display === "none", ...STYLE.map(name => style[name])].join("|");
      const above = of.get(each.parentElement) || "";
      of.set(each, hash(above + own, 0x811c9dc5).toString(36) + hash(above + own, 0x9e3779b9).toString(36));
    }
    return of;
  }

  // Which media queries of the style sheets hold, and which elements are shown.
  function shown() {
    const queries = [...document.styleSheets].flatMap(sheet => [...sheet.cssRules]).filter(rule => rule instanceof CSSMediaRule);
    return queries.map(rule => matchMedia(rule.conditionText).matches).join()
      + [...document.querySelectorAll("body *")].map(each => each.checkVisibility() ? 1 : 0).join("");
  }

  function sideways() {
    const most = document.documentElement.clientWidth, wide = document.documentElement.scrollWidth;
    if (wide <= most) return [];
    const out = [...document.querySelectorAll("body *")].filter(each => each.getBoundingClientRect().right > most + 1);
    return [`scrolls sideways, ${wide} > ${most}: ${out.slice(-1).map(each => each.outerHTML.slice(0, 160))}`];
  }

  // Run axe-core; `among` says which rules are worth it, given whether there are new looks (null for all, empty for none).
  async function run(known, among) {
    const fresh = new Map(), before = new Set(known);
    for (const [element, look] of looks()) {
      if (!before.has(look)) fresh.set(element, look);
      before.add(look);
    }
    const rules = among(fresh.size > 0);
    if (rules && !rules.length) return { wrong: [], unsure: [] };
    for (const element of fresh.keys()) element.setAttribute("data-new-look", "");
    axe.configure({ rules: [{ id: "color-contrast", selector: "[data-new-look]" }] });
    const options = { resultTypes: ["violations", "incomplete"], elementRef: true };
    if (rules) options.runOnly = { type: "rule", values: rules };
    else options.rules = { "target-size": { enabled: true } };
    const found = await axe.run(document, options);
    for (const element of fresh.keys()) element.removeAttribute("data-new-look");
    for (const rule of found.incomplete) {  // what could not be judged here is judged where it can be
      if (rule.id === "color-contrast") for (const node of rule.nodes) fresh.delete(node.element);
    }
    if (!found.violations.length) for (const look of fresh.values()) known.add(look);
    const told = node => [...node.any, ...node.all, ...node.none].map(check => check.message).join("; ");
    const tell = rule => rule.nodes.map(n => `${rule.id}: ${n.target.join(" ")} ${n.html.slice(0, 160)} ${told(n).slice(0, 240)}`);
    return { wrong: found.violations.flatMap(tell), unsure: found.incomplete.flatMap(tell) };
  }

  window.lookAtPage = async function (judged) {
    const known = new Set(judged.split(" ")), root = document.documentElement, wrong = [], unsure = [];
    function keep(how, found) {
      wrong.push(...found.wrong.map(each => `${how}: ${each}`));
      unsure.push(...found.unsure);
    }
    keep("folded", { wrong: sideways(), unsure: [] });
    for (const each of document.querySelectorAll("details:not([open])")) each.open = true;
    keep("unfolded", { wrong: sideways(), unsure: [] });
    root.dataset.bsTheme = "light";
    const now = shown(), same = now === last;
    last = now;
    keep("light", await run(known, isNew => !same ? null : isNew ? [...PLACES, ...COLOURS] : PLACES));
    root.dataset.bsTheme = "dark";
    keep("dark", await run(known, isNew => isNew ? COLOURS : []));
    root.dataset.bsTheme = "light";
    return { wrong, unsure, judged: [...known].join(" ") };
  };

  // Mark one of each look that can be pointed at or have the focus, but for those that were tried before.
  window.markTouchable = function (tried) {
    const known = new Set(tried.split(" "));
    for (const [element, look] of looks()) {
      if (!element.matches("a, button, input, select, textarea, summary, label, tr") || known.has(look) || !element.checkVisibility()) continue;
      known.add(look);
      element.setAttribute("data-touched", "");
    }
    return [...known].join(" ");
  };

  window.lookAtTouched = async function (judged, how) {
    const known = new Set(judged.split(" ")), root = document.documentElement, wrong = [];
    for (const theme of ["light", "dark"]) {
      root.dataset.bsTheme = theme;
      const found = await run(known, isNew => isNew ? COLOURS : []);
      wrong.push(...found.wrong.map(each => `${how}, ${theme}: ${each}`));
    }
    root.dataset.bsTheme = "light";
    return { wrong, judged: [...known].join(" ") };
  };
})();
