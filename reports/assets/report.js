// Filters, sorts, opens what a link names, copies, and switches colours. Everything can be read without it.
(() => {
  "use strict";
  const list = document.getElementById("parts");
  const parts = [...list.querySelectorAll(":scope > details")];
  const form = document.getElementById("filters");
  const shown = document.getElementById("shown");
  const field = (name) => document.getElementById(name);
  // A run of one phase has no filter for phases.
  const fields = ["q", "engine", "area", "facet", "evidence", "verdict", "phase", "sort"].filter(field);
  // Only the heading of a part and the names of its cases are searched: they are on the page at once.
  const words = new Map(parts.map((part) => [part, (part.firstElementChild.textContent + " " + part.dataset.areas).toLowerCase()]));

  const matches = (part) => {
    const { engine, areas, facet, evidence, verdict, phases } = part.dataset;
    const is = (name, value) => !field(name).value || field(name).value === value;
    const isOneOf = (name, values) => !field(name)?.value || values.split(" ").includes(field(name).value);
    const sought = field("q").value.toLowerCase().split(/\s+/).filter(Boolean);
    return is("engine", engine) && is("facet", facet) && is("evidence", evidence) && is("verdict", verdict)
      && isOneOf("area", areas) && isOneOf("phase", phases)
      && sought.every((word) => words.get(part).includes(word));
  };

  const filter = () => {
    let count = 0;
    for (const part of parts) {
      part.hidden = !matches(part);
      count += part.hidden ? 0 : 1;
    }
    shown.textContent = count === parts.length ? `${count} differences` : `${count} of ${parts.length} differences`;
  };

  const sort = () => {
    const key = field("sort").value;
    const number = (part, name) => Number(part.dataset[name]);
    const byOrder = (one, other) => number(one, "order") - number(other, "order");
    const compare = {
      order: byOrder,
      cases: (one, other) => number(other, "cases") - number(one, "cases") || byOrder(one, other),
    }[key] ?? ((one, other) => one.dataset[key].localeCompare(other.dataset[key]) || byOrder(one, other));
    list.append(...[...parts].sort(compare));
  };

  const remember = () => {
    const chosen = new URLSearchParams();
    for (const name of fields) {
      const value = field(name).value;
      if (value && value !== "order") chosen.set(name, value);
    }
    history.replaceState(null, "", chosen.size ? `#${chosen}` : "#differences");
  };

  const show = (part) => {
    if (part.hidden) {
      form.reset();
      filter();
      sort();
    }
    part.open = true;
    part.scrollIntoView({ block: "start" });
    part.firstElementChild.focus({ preventScroll: true });
  };

  const follow = () => {
    const hash = location.hash.slice(1);
    const part = hash && document.getElementById(hash);
    if (part && parts.includes(part)) {
      show(part);
    } else if (hash.includes("=")) {
      const chosen = new URLSearchParams(hash);
      for (const name of fields) field(name).value = chosen.get(name) ?? (name === "sort" ? "order" : "");
      filter();
      sort();
      const heading = document.getElementById("differences");
      heading.scrollIntoView({ block: "start" });
      heading.focus({ preventScroll: true });
    }
  };

  // Brings the state that diverges and the first difference into view, each inside of its own frame.
  const reveal = (part) => {
    for (const mark of part.querySelectorAll(".picture .diverges, .lanes .marked")) {
      const frame = mark.closest(".scroll");
      const [inner, outer] = [mark.getBoundingClientRect(), frame.getBoundingClientRect()];
      frame.scrollLeft += inner.left + inner.width / 2 - outer.left - outer.width / 2;
      frame.scrollTop += inner.top + inner.height / 2 - outer.top - outer.height / 2;
    }
  };

  const copy = async (button, text) => {
    const before = button.textContent;
    try {
      await navigator.clipboard.writeText(text);
      button.textContent = "Copied";
    } catch {
      const pre = button.parentElement.querySelector("pre");
      if (pre) getSelection().selectAllChildren(pre);
      button.textContent = pre ? "Selected: press Ctrl+C" : text;
    }
    setTimeout(() => { button.textContent = before; }, 2500);
  };

  list.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.matches(".link-here")) {
      const part = button.closest(".part");
      history.replaceState(null, "", `#${part.id}`);
      copy(button, location.href);
    } else {
      copy(button, button.parentElement.querySelector("pre").textContent);
    }
  });

  // Toggle events do not bubble.
  list.addEventListener("toggle", (event) => {
    if (event.target.open && event.target.matches(".part")) reveal(event.target);
  }, true);

  const themes = ["automatic", "light", "dark"];
  const theme = document.getElementById("theme");
  let chosen = 0;
  theme.addEventListener("click", () => {
    chosen = (chosen + 1) % themes.length;
    if (chosen) document.documentElement.dataset.theme = themes[chosen];
    else delete document.documentElement.dataset.theme;
    theme.textContent = `Colours: ${themes[chosen]}`;
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && !event.target.matches("input, select, textarea")) {
      event.preventDefault();
      field("q").focus();
    }
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", (event) => {
    if (event.target.id === "sort") sort();
    else filter();
    remember();
  });
  form.addEventListener("reset", () => setTimeout(() => { filter(); sort(); remember(); }));
  addEventListener("hashchange", follow);

  theme.hidden = false;
  form.hidden = parts.length === 0;
  filter();
  // The browser goes to the fragment after this script, and takes the focus away.
  addEventListener("load", () => setTimeout(follow));
})();
