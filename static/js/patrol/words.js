// The page's words in its own language, and the templates it brings.
const found = document.getElementById("walk-words");
const words = found ? JSON.parse(found.textContent) : {};

export function say(name, facts = {}) {
  const text = name.split(".").reduce((at, key) => at?.[key], words) ?? "";
  return text.replace(/\{(\w+)\}/g, (_, key) => facts[key] ?? "");
}

// A copy of one of the page's templates; set(".", {…}) fills its data-… places.
export function part(name) {
  return document.querySelector(`template[data-part="${name}"]`).content.firstElementChild.cloneNode(true);
}

export function fill(node, facts) {
  for (const [name, text] of Object.entries(facts)) node.querySelector(`[data-${name}]`).textContent = text;
  return node;
}

export function button(text, action, kind = "secondary") {
  const made = part("button");
  made.className = `ml-button ml-button-${kind}`;
  made.textContent = text;
  made.addEventListener("click", action);
  return made;
}

export function warn(name, facts, link = "") {
  const place = document.querySelector("[data-warnings]");
  if (place.querySelector(`[data-name="${name}"]`)) return;
  const made = fill(part("warning"), { words: say(name, facts) });
  made.dataset.name = name;
  const anchor = made.querySelector("[data-link]");
  if (link) Object.assign(anchor, { href: link, hidden: false });
  made.querySelector("[data-close-warning]").addEventListener("click", () => made.remove());
  place.append(made);
}

export function unwarn(name) {
  document.querySelector(`[data-warnings] [data-name="${name}"]`)?.remove();
}
