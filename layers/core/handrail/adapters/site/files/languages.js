// The list of languages: every one by its own name, found by typing any name or code it goes by.

const byId = (id) => document.getElementById(id);

/** What people also call some languages. */
const ALSO = {
  bn: "bengali", fa: "farsi", fil: "tagalog pilipino", he: "ivrit", my: "myanmar", nb: "norwegian",
  si: "sinhalese", "zh-Hans": "mandarin", "zh-Hant": "mandarin cantonese",
};

/** What names are compared by: marks, case and spaces don't count. */
const plain = (text) => text.normalize("NFKD").replace(/[\p{M}\p{P}\s]/gu, "").toLowerCase();

export class Languages {
  #words;
  #choose;
  #button = byId("language");
  #panel = byId("languages");
  #seek = byId("seek");
  #list = byId("choices");

  /**
   * @param {object} words the page's words, and the languages there are
   * @param {(language: string) => void} choose called with the code of the one that was chosen
   */
  constructor(words, choose) {
    this.#words = words;
    this.#choose = choose;
    this.#button.addEventListener("click", () => (this.open ? this.close() : this.#show()));
    this.#seek.addEventListener("input", () => this.#filter());
    this.#panel.addEventListener("keydown", (event) => this.#key(event));
    this.#list.addEventListener("click", ({ target }) => {
      const chosen = target.closest("button")?.value;
      if (!chosen) return;
      this.close();
      if (chosen !== this.#words.language) this.#choose(chosen);
    });
  }

  get open() {
    return !this.#panel.hidden;
  }

  /** Show on its button which language is spoken. */
  apply() {
    const { language, languages } = this.#words;
    const spoken = byId("spoken");
    spoken.textContent = languages[language];
    spoken.lang = language;
    if (this.open) this.#fill();
  }

  #show() {
    this.#fill();
    this.#toggle(true);
    this.#list.scrollTop = 0;
    // Where a finger writes, the keyboard would cover the very list.
    if (matchMedia("(pointer: fine)").matches) this.#seek.focus();
    else this.#list.querySelector("[aria-current]")?.focus();
  }

  close() {
    this.#seek.value = "";
    this.#toggle(false);
    this.#button.focus();
  }

  #toggle(open) {
    this.#panel.hidden = !open;
    byId("log").hidden = open;
    byId("field").hidden = open;
    this.#button.setAttribute("aria-expanded", String(open));
  }

  /** The languages this browser reads come first, then all the others by name. */
  #fill() {
    const { language, languages } = this.#words;
    const wanted = [language, ...navigator.languages];
    const rank = (code) => {
      const found = wanted.findIndex((tag) => tag === code || tag.startsWith(`${code}-`));
      return found < 0 ? wanted.length : found;
    };
    const order = new Intl.Collator().compare;
    const codes = Object.keys(languages).sort(
      (a, b) => rank(a) - rank(b) || order(languages[a], languages[b]),
    );
    this.#list.replaceChildren(...codes.map((code) => this.#choice(code, rank(code) < wanted.length)));
  }

  #choice(code, near) {
    const { language, languages } = this.#words;
    const name = languages[code];
    const here = this.#words.nameOf(code);
    const item = document.createElement("li");
    const button = document.createElement("button");
    const own = document.createElement("span");
    own.textContent = name;
    own.lang = code;
    own.dir = "auto";
    button.type = "button";
    button.value = code;
    button.append(own);
    if (here && plain(here) !== plain(name)) {
      const other = document.createElement("small");
      other.textContent = here;
      button.append(" ", other);
    }
    if (code === language) button.setAttribute("aria-current", "true");
    item.classList.toggle("near", near);
    item.dataset.by = [code, name, here, this.#words.nameOf(code, "en"), ALSO[code] ?? ""]
      .map(plain).join(" ");
    item.append(button);
    return item;
  }

  #filter() {
    const sought = plain(this.#seek.value);
    for (const item of this.#list.children) item.hidden = !item.dataset.by.includes(sought);
    this.#list.scrollTop = 0;
  }

  #key(event) {
    if (event.isComposing) return;
    const shown = [...this.#list.querySelectorAll("li:not([hidden]) > button")];
    const at = shown.indexOf(document.activeElement);
    switch (event.key) {
      case "ArrowDown":
        shown[Math.min(at + 1, shown.length - 1)]?.focus();
        break;
      case "ArrowUp":
        (at > 0 ? shown[at - 1] : this.#seek).focus();
        break;
      case "Enter":
        if (event.target !== this.#seek) return;
        shown[0]?.click();
        break;
      case "Escape":
        event.stopPropagation();
        this.close();
        break;
      default:
        return;
    }
    event.preventDefault();
  }
}
