// The page's words in the language it is shown in. They come with the document; another language's
// are fetched when the customer chooses it.

export class Words {
  /** What the page around calls the chat, in place of our own words. */
  title = "";

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
    const day = new Intl.DateTimeFormat(language, { weekday: "long", day: "numeric", month: "long" });
    // A browser that lacks a language's months writes M11; figures can be read by everybody.
    const figures = /M\d/.test(day.format());
    this.day = figures ? new Intl.DateTimeFormat("en-CA", { dateStyle: "short" }) : day;
    this.moment = new Intl.DateTimeFormat(language, { dateStyle: "short", timeStyle: "short" });
  }

  async fetch(language) {
    const response = await fetch(`/v1/web/phrases/${encodeURIComponent(language)}`);
    if (!response.ok) throw new Error(`no phrases: ${response.status}`);
    this.take(await response.json());
  }

  /** Say how large a file is. */
  size(bytes) {
    const [unit, per] = bytes < 1e6 ? ["kilobyte", 1e3] : ["megabyte", 1e6];
    const style = { style: "unit", unit, maximumFractionDigits: 1 };
    return new Intl.NumberFormat(this.language, style).format(bytes / per);
  }

  /** Return what a language is called in another, "" where the browser does not know. */
  nameOf(code, language = this.language) {
    try {
      return new Intl.DisplayNames([language], { type: "language", fallback: "none" }).of(code) ?? "";
    } catch {
      return "";
    }
  }

  /** Fill in a phrase; one that counts is chosen by its `count`. */
  say(id, fields = {}) {
    if (id === "ui.title" && this.title) return this.title;
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
    for (const element of root.querySelectorAll("[data-say-hint]")) {
      element.placeholder = this.say(element.dataset.sayHint);
    }
    for (const element of root.querySelectorAll("[data-say-placeholder]")) {
      const label = this.say(element.dataset.sayPlaceholder);
      element.setAttribute("aria-label", label);
      element.placeholder = label;
    }
  }
}
