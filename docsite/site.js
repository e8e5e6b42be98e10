// What the pages can do beyond being read: a theme, buttons that copy, and a search. Without it all of the text is there.
"use strict";
(() => {
  const script = document.currentScript;
  const root = new URL(script.dataset.root, document.baseURI);
  const THEMES = ["auto", "light", "dark"];
  const RESULTS_MAX = 30;
  const EXCERPT_CHARACTERS = 160;

  // Storage may be forbidden; the theme then lasts as long as the page.
  const kept = {
    get: () => { try { return localStorage.getItem("theme"); } catch { return null; } },
    set: (theme) => { try { localStorage.setItem("theme", theme); } catch { /* as said */ } },
  };

  const wear = (theme) => { document.documentElement.dataset.theme = theme; };
  wear(THEMES.includes(kept.get()) ? kept.get() : "auto");  // Before anything is drawn.

  const made = (name, attributes = {}, ...children) => {
    const element = document.createElement(name);
    Object.assign(element, attributes);
    element.append(...children);
    return element;
  };

  function themes(button) {
    const show = () => { button.textContent = `Theme: ${document.documentElement.dataset.theme}`; };
    button.addEventListener("click", () => {
      const next = THEMES[(THEMES.indexOf(document.documentElement.dataset.theme) + 1) % THEMES.length];
      wear(next);
      kept.set(next);
      show();
    });
    show();
    button.hidden = false;
  }

  function copy(text) {
    if (navigator.clipboard) return navigator.clipboard.writeText(text);
    // Over plain HTTP, from another machine, browsers have no clipboard for pages.
    const area = made("textarea", { value: text });
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done ? Promise.resolve() : Promise.reject();
  }

  function copyButtons() {
    for (const sample of document.querySelectorAll(".sample:not(.output)")) {
      const button = made("button", { type: "button", className: "copy", textContent: "Copy" });
      button.addEventListener("click", async () => {
        const copied = await copy(sample.querySelector("code").textContent).then(() => true, () => false);
        button.textContent = copied ? "Copied" : "Not copied";
        setTimeout(() => { button.textContent = "Copy"; }, 2000);
      });
      sample.append(button);
    }
  }

  // A section is found where each word begins a word of it, or stands within one; headings count for more than text.
  // What explains how things came to be, and what they were, is of less help than what tells how to do something.
  function score(words, [address, title, heading, text]) {
    let sum = 0;
    for (const word of words) {
      let best = 0;
      for (const [field, weight] of [[heading, 12], [title, 8], [text, 1]]) {
        const place = field.toLowerCase().indexOf(word);
        if (place < 0) continue;
        const begins = place === 0 || /[^\p{L}\p{N}]/u.test(field[place - 1]);
        best += weight * (begins ? 2 : 1) * (1 + word.length / field.length);
      }
      if (best === 0) return 0;
      sum += best;
    }
    return /^(explanation|CHANGELOG)/.test(address) ? sum / 3 : sum;
  }

  function excerpt(words, text) {
    const lower = text.toLowerCase();
    const first = Math.max(0, Math.min(...words.map((word) => lower.indexOf(word)).filter((place) => place >= 0), text.length));
    const start = first === text.length ? 0 : Math.max(0, first - 40);
    const cut = text.slice(start, start + EXCERPT_CHARACTERS);
    return (start > 0 ? "…" : "") + cut + (start + EXCERPT_CHARACTERS < text.length ? "…" : "");
  }

  function marked(words, text) {
    const lower = text.toLowerCase();
    const parts = [];
    let place = 0;
    while (place < text.length) {
      const hits = words.map((word) => [lower.indexOf(word, place), word.length]).filter(([at]) => at >= 0);
      if (hits.length === 0) break;
      const [at, length] = hits.reduce((one, other) => (other[0] < one[0] ? other : one));
      parts.push(text.slice(place, at), made("mark", { textContent: text.slice(at, at + length) }));
      place = at + length;
    }
    return [...parts, text.slice(place)];
  }

  function searching(button) {
    const dialog = document.getElementById("search");
    const input = document.getElementById("words");
    const results = document.getElementById("results");
    const count = document.getElementById("count");
    let index = null;

    const show = () => {
      const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
      const found = words.length === 0 ? [] : index
        .map((section) => [score(words, section), section])
        .filter(([points]) => points > 0)
        .sort(([one], [other]) => other - one);
      results.replaceChildren(...found.slice(0, RESULTS_MAX).map(([, [address, title, heading, text]]) => {
        const names = heading === title ? [title] : [`${title}: `, heading];
        const link = made("a", { href: new URL(address, root).href }, ...names.flatMap((name) => marked(words, name)));
        link.addEventListener("click", () => dialog.close());
        return made("li", {}, link, made("p", {}, ...marked(words, excerpt(words, text))));
      }));
      count.textContent = words.length === 0 ? "" : found.length === 1 ? "1 section" : `${found.length} sections`;
    };

    const open = async () => {
      if (dialog.open) return;
      dialog.showModal();
      input.select();
      if (index !== null) return;
      try {
        index = await (await fetch(script.dataset.search)).json();
        show();
      } catch {
        count.textContent = "The index for searching cannot be read. A browser reads none from files; serve the pages by HTTP.";
      }
    };

    button.addEventListener("click", open);
    button.hidden = false;
    input.addEventListener("input", () => { if (index !== null) show(); });
    dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
    dialog.addEventListener("keydown", (event) => {
      const links = [input, ...results.querySelectorAll("a")];
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step !== undefined) {
        event.preventDefault();
        const place = links.indexOf(document.activeElement);
        links[Math.min(Math.max(place + step, 0), links.length - 1)].focus();
      } else if (event.key === "Enter" && document.activeElement === input) {
        event.preventDefault();
        links[1]?.click();
      }
    });
    document.addEventListener("keydown", (event) => {
      const isTyping = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName);
      if (event.key === "/" && !isTyping && !event.ctrlKey && !event.metaKey && !event.altKey) {
        event.preventDefault();
        open();
      }
    });
  }

  document.addEventListener("DOMContentLoaded", () => {
    themes(document.getElementById("theme"));
    copyButtons();
    searching(document.getElementById("find"));
    document.querySelector(".contents").open = matchMedia("(min-width: 75rem)").matches;
    const current = document.querySelector("#navigation [aria-current]");
    if (current) current.closest("nav").scrollTop = current.offsetTop - innerHeight / 2;
  });
})();
