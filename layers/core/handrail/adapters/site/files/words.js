// The page's words in the language it is shown in. They come with the document; another language's
// are fetched when the customer chooses it.

export class Words {
  /** @param {object} boot what the document brought: language, direction, phrases, languages */
  constructor(boot) {
    this.languages = boot.languages;
    this.take(boot);
  }

  take({ language, direction, phrases }) {
    this.language = language;
    this.direction = direction;
    this.phrases = phrases;
    this.plural = new Intl.PluralRules(language);
    this.number = new Intl.NumberFormat(language);
    this.time = new Intl.DateTimeFormat(language, { hour: "numeric", minute: "2-digit" });
    this.day = new Intl.DateTimeFormat(language, { weekday: "long", day: "numeric", month: "long" });
    this.moment = new Intl.DateTimeFormat(language, { dateStyle: "short", timeStyle: "short" });
  }

  async fetch(language) {
    const response = await fetch(`/v1/web/phrases/${encodeURIComponent(language)}`);
    if (!response.ok) throw new Error(`no phrases: ${response.status}`);
    this.take(await response.json());
  }

  /** Fill in a phrase; one that counts is chosen by its `count`. */
  say(id, fields = {}) {
    let text = this.phrases[id] ?? "";
    if (typeof text !== "string") {
      text = text[this.plural.select(fields.count)] ?? text.other;
    }
    return text.replace(/\{(\w+)\}/g, (_, name) =>
      typeof fields[name] === "number" ? this.number.format(fields[name]) : (fields[name] ?? ""),
    );
  }

  /** Put the words into every element that asks for them. */
  apply(root = document) {
    document.documentElement.lang = this.language;
    document.documentElement.dir = this.direction;
    for (const element of root.querySelectorAll("[data-say]")) {
      element.textContent = this.say(element.dataset.say);
    }
    for (const element of root.querySelectorAll("[data-say-label]")) {
      const label = this.say(element.dataset.sayLabel);
      element.setAttribute("aria-label", label);
      element.title = label;
    }
    for (const element of root.querySelectorAll("[data-say-name]")) {
      element.setAttribute("aria-label", this.say(element.dataset.sayName));
    }
    for (const element of root.querySelectorAll("[data-say-placeholder]")) {
      const label = this.say(element.dataset.sayPlaceholder);
      element.setAttribute("aria-label", label);
      element.placeholder = label;
    }
  }
}
