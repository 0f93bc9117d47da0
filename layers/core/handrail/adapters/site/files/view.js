// What the customer sees. Every text comes in as text and never as markup.

const SVG = "http://www.w3.org/2000/svg";
const NEAR_THE_END = 80;
const LINK = /https?:\/\/[^\s<>"'()\u2066-\u2069]*[^\s<>"'()\u2066-\u2069.,;:!?]/;
const REFERENCE = /\b[A-Z2-7]{4}-[A-Z2-7]{4}\b/;
const MARKED = new RegExp(`${LINK.source}|${REFERENCE.source}`, "g");

const ICONS = {
  bot: "M12 4v3M7 7h10a2 2 0 0 1 2 2v8a2 2 0 0 1-2 2H7a2 2 0 0 1-2-2V9a2 2 0 0 1 2-2Zm2.5 5v1.5m5-1.5v1.5",
  agent: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8Zm-7.5 8c1-4 4-5.5 7.5-5.5s6.5 1.5 7.5 5.5",
  file: "M14 3H7a2 2 0 0 0-2 2v14a2 2 0 0 0 2 2h10a2 2 0 0 0 2-2V8l-5-5Zm0 0v5h5",
  away: "m7 7 10 10M17 7 7 17",
  status: "M12 8v5m0 3v.01M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18Z",
};

const byId = (id) => document.getElementById(id);

function make(tag, className, text) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text !== undefined) element.textContent = text;
  return element;
}

function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

/** Return text with its web addresses made into links, and reference numbers kept on one line. */
function marked(text) {
  const parts = document.createDocumentFragment();
  let from = 0;
  for (const { 0: found, index } of text.matchAll(MARKED)) {
    parts.append(text.slice(from, index), found.startsWith("http") ? link(found) : make("span", "reference", found));
    from = index + found.length;
  }
  parts.append(text.slice(from));
  return parts;
}

function link(url) {
  const anchor = make("a", "", url.replace(/^https?:\/\//, ""));
  anchor.href = url;
  anchor.target = "_blank";
  anchor.rel = "noopener noreferrer nofollow";
  anchor.dir = "ltr";
  return anchor;
}

export class View {
  #words;
  #link;
  #frame;
  #press;
  #seen;
  #answer;
  #sizeMax;
  #elements = new Map();
  #unread = 0;
  #typingTimer = 0;

  /**
   * @param {object} words the page's words
   * @param {object} link what knows how the connection is, and tries messages again
   * @param {object} frame the page around, and whether the chat is open in it
   * @param {{press: Function, seen: Function, answer: Function}} on `press` is called with the button that was
   *   pressed, `seen` when the customer has the newest message in sight, `answer` with what
   *   they say of a closed conversation
   * @param {number} sizeMax how many bytes a file may have
   */
  constructor(words, link, frame, { press, seen, answer }, sizeMax) {
    this.#words = words;
    this.#link = link;
    this.#frame = frame;
    this.#press = press;
    this.#seen = seen;
    this.#answer = answer;
    this.#sizeMax = sizeMax;
    this.log = byId("log");
    byId("newer").addEventListener("click", () => {
      this.toEnd();
      this.log.focus({ preventScroll: true });
    });
    this.log.addEventListener("scroll", () => this.#atEnd && this.#read(), { passive: true });
    document.addEventListener("visibilitychange", () => this.#atEnd && this.#read());
    // In the next frame: what follows may change the very size that is being told of.
    new ResizeObserver(() => requestAnimationFrame(() => this.#stuck && this.toEnd())).observe(this.log);
  }

  // Whether the newest message was in sight before the layout changed.
  #stuck = true;

  get #watched() {
    return !document.hidden && this.#frame.open;
  }

  get #atEnd() {
    const { scrollTop, scrollHeight, clientHeight } = this.log;
    return scrollHeight - scrollTop - clientHeight < NEAR_THE_END;
  }

  toEnd() {
    this.log.scrollTop = this.log.scrollHeight;
    this.#stuck = true;
    this.#read();
  }

  #read() {
    this.#stuck = true;
    if (this.#watched && this.#unread) this.#seen();
  }

  #badge() {
    const title = this.#words.say("ui.title");
    const count = this.#unread;
    document.title = count ? `(${this.#words.number.format(count)}) ${title}` : title;
    const newer = byId("newer");
    newer.hidden = !count || (this.#stuck && this.#watched);
    const unread = count ? this.#words.say("ui.new_messages", { count }) : "";
    newer.textContent = unread;
    this.#frame.tell({
      count,
      unread,
      shown: count ? this.#words.number.format(count) : "",
      title,
      open: this.#words.say("ui.open"),
      close: this.#words.say("ui.close"),
      language: this.#words.language,
      direction: this.#words.direction,
      reopen: this.#frame.wasOpen,
    });
  }

  /** Bring the page into step with what is remembered. */
  render({ entries, seen, survey }) {
    const follow = this.#atEnd;
    this.#stuck = follow;
    const list = byId("messages");
    const wanted = new Set();
    const hadFocus = list.contains(document.activeElement);
    let previous = null;
    this.#unread = entries.filter((entry) => !entry.id && entry.sequence > seen).length;
    entries.forEach((entry, index) => {
      const key = entry.id ?? `#${entry.sequence}`;
      wanted.add(key);
      let element = this.#elements.get(key);
      if (!element) {
        element = this.#message(entry);
        this.#elements.set(key, element);
      }
      if (list.children[index] !== element) list.insertBefore(element, list.children[index] ?? null);
      this.#place(element, entry, previous);
      previous = entry;
    });
    for (const [key, element] of this.#elements) {
      if (wanted.has(key)) continue;
      element.remove();
      this.#elements.delete(key);
    }
    this.#chips(entries);
    this.#survey(entries, survey);
    this.#state(entries);
    byId("transcript").hidden = !entries.length;
    if (hadFocus && !list.contains(document.activeElement)) this.log.focus({ preventScroll: true });
    if (follow) this.toEnd();
    this.#badge();
    this.log.removeAttribute("aria-busy");
  }

  /** Write everything anew: another language was chosen. */
  rewrite(state) {
    this.#elements.clear();
    byId("messages").replaceChildren();
    this.log.setAttribute("aria-busy", "true");
    this.render(state);
  }

  name(entry) {
    if (entry.id) return this.#words.say("ui.you");
    if (entry.speaker === "agent") return entry.agent || this.#words.say("ui.person");
    return this.#words.say("ui.assistant");
  }

  #message(entry) {
    const speaker = entry.id ? "you" : entry.speaker;
    const element = make("div", `message ${speaker}`);
    const from = make("p", "from");
    if (!entry.id) from.append(icon(speaker));
    from.append(make("span", "", this.name(entry)));
    const bubble = make("div", "bubble");
    bubble.dir = entry.direction ?? "auto";
    if (entry.language) bubble.lang = entry.language;
    if (entry.file) bubble.append(...this.#file(entry.file));
    else bubble.append(marked(entry.text));
    const meta = make("p", "meta");
    const time = make("time", "", this.#words.time.format(new Date(entry.sent_at * 1000)));
    time.dateTime = new Date(entry.sent_at * 1000).toISOString();
    meta.append(time, make("span", "delivery"));
    element.append(from, bubble, meta);
    return element;
  }

  #file({ name, bytes }) {
    const words = make("span", "file");
    words.append(make("bdi", "", this.#words.say("ui.file", { name })));
    words.append(make("small", "", this.#words.size(bytes)));
    return [icon("file"), words];
  }

  /** Show the files that go with the next message. */
  staged(files, remove) {
    const chips = files.map((file) => {
      const chip = make("li");
      const away = make("button");
      away.type = "button";
      away.append(icon("away"), make("span", "unseen", `${this.#words.say("ui.remove")} ${file.name}`));
      away.addEventListener("click", () => remove(file));
      chip.append(...this.#file({ name: file.name, bytes: file.size }), away);
      return chip;
    });
    byId("staged").replaceChildren(...chips);
    byId("staged").hidden = !files.length;
    byId("warning").hidden = true;
  }

  /** Say what is wrong with what was chosen, until something else is. */
  warn(text) {
    // After what is shown of the choice itself.
    setTimeout(() => {
      byId("warning").textContent = text;
      byId("warning").hidden = false;
    });
  }

  /** What depends on the neighbours and on how sending went. */
  #place(element, entry, previous) {
    const day = new Date(entry.sent_at * 1000).toDateString();
    const newDay = !previous || new Date(previous.sent_at * 1000).toDateString() !== day;
    element.dataset.day = newDay ? this.#words.day.format(new Date(entry.sent_at * 1000)) : "";
    const same =
      previous && !newDay && !!previous.id === !!entry.id &&
      previous.speaker === entry.speaker && previous.agent === entry.agent;
    element.classList.toggle("follows", !!same);
    if (!entry.id || element.dataset.state === entry.state) return;
    const was = element.dataset.state;
    element.dataset.state = entry.state;
    const delivery = element.querySelector(".delivery");
    delivery.replaceChildren();
    // Seen while it lasts, not read out after every message; that one failed is announced below.
    delivery.ariaHidden = String(entry.state === "sending");
    if (entry.state === "sending") {
      delivery.append(this.#words.say(entry.file ? "ui.uploading" : "ui.sending"));
    }
    if (entry.state !== "failed") return;
    if (entry.why) {
      const size = this.#words.size(this.#sizeMax);
      delivery.append(this.#words.say(entry.why, { size }));
      if (was) this.announce(delivery.textContent);
      return;
    }
    const retry = make("button", "retry", this.#words.say("ui.retry"));
    retry.type = "button";
    retry.addEventListener("click", () => this.#link.retry(entry.id));
    delivery.append(this.#words.say("ui.not_sent"), " ", retry);
    if (was) this.announce(this.#words.say("ui.not_sent"));
  }

  /** The buttons of the newest message we were sent, until one of them is pressed. */
  #chips(entries) {
    const newest = entries.findLastIndex((entry) => !entry.id);
    const pressed = entries.slice(newest + 1).some((entry) => entry.action);
    const actions = newest < 0 || pressed ? [] : entries[newest].actions;
    const key = newest < 0 ? "" : `#${entries[newest].sequence}`;
    for (const [other, element] of this.#elements) {
      const chips = element.querySelector(".chips");
      if (chips && (other !== key || !actions.length)) chips.remove();
    }
    const element = this.#elements.get(key);
    if (!actions.length || !element || element.querySelector(".chips")) return;
    const chips = make("div", "chips");
    for (const action of actions) {
      const chip = make("button", "chip", action.label);
      chip.type = "button";
      chip.dir = "auto";
      chip.addEventListener("click", () => this.#press(action));
      chips.append(chip);
    }
    element.append(chips);
  }

  /** After a person closed the conversation: is it solved? And after the answer what follows. */
  #survey(entries, answer) {
    const last = entries.at(-1);
    const card = byId("survey");
    card.hidden = !last?.ends;
    if (card.hidden) return;
    const given = answer?.sequence === last.sequence ? answer : null;
    const key = `${this.#words.language} ${last.sequence} ${given?.solved}`;
    if (card.dataset.key === key) return;
    card.dataset.key = key;
    const says = (solved) => () => this.#answer({ sequence: last.sequence, solved });
    const person = { id: "person:v1", label: this.#words.say("offer.label") };
    let asked = "survey.ask";
    let choices = [["survey.yes", says(true)], ["survey.no", says(false)]];
    if (given) {
      asked = given.solved ? "survey.thanks" : "survey.not_solved";
      choices = given.solved ? [] : [["offer.label", () => this.#press(person)]];
    }
    const hadFocus = card.contains(document.activeElement);
    byId("asked").textContent = this.#words.say(asked);
    byId("answers").replaceChildren(
      ...choices.map(([phrase, act]) => {
        const chip = make("button", "chip", this.#words.say(phrase));
        chip.type = "button";
        chip.addEventListener("click", act);
        return chip;
      }),
    );
    if (hadFocus) (card.querySelector("button") ?? this.log).focus({ preventScroll: true });
  }

  #state(entries) {
    const told = entries.findLast((entry) => !entry.id);
    // Whoever is offered a person is not talking to one (any more).
    const offered = told?.actions.some(({ id }) => id === "person:v1");
    const newest = entries.findLast((entry) => !entry.id && entry.speaker !== "status");
    byId("who").textContent = newest && !offered ? this.name(newest) : this.#words.say("ui.assistant");
    const { status, ended } = this.#link;
    const state = byId("state");
    const words = { offline: "ui.offline", connecting: "ui.connecting" }[status];
    const text = words && !ended ? this.#words.say(words) : "";
    if (text !== state.textContent) {
      state.textContent = text;
      state.hidden = !text;
      state.dataset.status = status;
      if (status === "offline") this.announce(text);
    }
    byId("ended").hidden = !ended;
    byId("composer").hidden = ended;
    this.#typing(newest);
  }

  #typing(newest) {
    clearTimeout(this.#typingTimer);
    // Only the assistant surely begins to write at once; a person will when there is time.
    const typing =
      this.#link.awaiting && (newest?.speaker !== "agent" || this.#link.writer === "agent");
    byId("typing").hidden = !typing;
    if (typing) this.#typingTimer = setTimeout(() => this.#typing(newest), 1000);
  }

  /** Say something to a screen reader that is not a message. */
  announce(text) {
    byId("said").textContent = text;
  }

  /** Return the conversation as a text file. */
  transcript({ entries }) {
    const lines = entries.map((entry) => {
      const when = this.#words.moment.format(new Date(entry.sent_at * 1000));
      const said = entry.file ? this.#words.say("ui.file", entry.file) : entry.text;
      return `[${when}] ${this.name(entry)}:\n${said}\n`;
    });
    return new Blob([lines.join("\n")], { type: "text/plain;charset=utf-8" });
  }
}
