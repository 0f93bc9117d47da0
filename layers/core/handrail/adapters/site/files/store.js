// What this browser remembers of the conversation: its session, what was said, and what still has
// to be sent. Tabs share it; where storage is forbidden it lives as long as the page.
//
// Everything has a key of its own. Tabs write at the same time, and see late what others wrote: of
// two that write all of it under one key, one would undo the other's words.

const KEY = "handrail.chat.";
const ENTRY = "entry.";
const ENTRIES_MAX = 500;
const FIELDS = { session: null, seen: 0, language: null, survey: null };

/** What we are sent is known by its number, what the customer says by its id. */
const nameOf = (entry) => ENTRY + (entry.id ?? entry.sequence);

/** What the customer says stands behind what had been heard by then. */
const order = (one, other) =>
  (one.sequence ?? one.after) - (other.sequence ?? other.after) ||
  !!one.id - !!other.id ||
  one.sent_at - other.sent_at;

export class Store {
  #kept = new Map();
  #state = null;
  #changed;

  /** @param {() => void} changed called after every change, of this tab or another */
  constructor(changed) {
    this.#changed = changed;
    this.#read();
    addEventListener("storage", ({ key, newValue }) => {
      if (key === null) this.#read();
      else if (key.startsWith(KEY)) this.#hear(key.slice(KEY.length), newValue);
      else return;
      changed();
    });
    addEventListener("pageshow", ({ persisted }) => {
      if (!persisted) return;
      this.#read();
      changed();
    });
  }

  /** What is remembered now; not to be changed but by what is below. */
  get state() {
    if (!this.#state) {
      const entries = [];
      for (const [name, value] of this.#kept) if (name.startsWith(ENTRY)) entries.push(value);
      entries.sort(order);
      const last = entries.findLast((entry) => !entry.id)?.sequence ?? 0;
      this.#state = { ...FIELDS, last, entries };
      for (const name in FIELDS) this.#state[name] = this.#kept.get(name) ?? FIELDS[name];
    }
    return this.#state;
  }

  /** Remember fields of `state`. */
  set(fields) {
    for (const name in fields) this.#put(name, fields[name]);
    this.#changed();
  }

  /** Remember what the customer says. */
  say(entry) {
    this.#put(nameOf(entry), { after: this.state.last, ...entry });
    this.#prune();
    this.#changed();
  }

  /** Change what is known of those of the customer's messages that are meant. */
  amend(meant, fields) {
    const own = this.state.entries.filter((entry) => entry.id && meant(entry));
    for (const entry of own) this.#put(nameOf(entry), { ...entry, ...fields });
    if (own.length) this.#changed();
  }

  /** Take in messages we were sent; each counts once, and they stand in their order. */
  take(messages) {
    const fresh = messages.filter((message) => !this.#kept.has(nameOf(message)));
    if (!fresh.length) return;
    for (const message of fresh) this.#put(nameOf(message), message);
    this.#prune();
    this.#changed();
  }

  /** Whatever was said to us so far has been seen, in this tab or another. */
  see() {
    const { seen, last } = this.state;
    if (seen < last) this.set({ seen: last });
  }

  /** Start over; what was not sent yet goes into the new conversation. */
  restart() {
    for (const entry of this.state.entries) {
      const unsent = entry.id && entry.state !== "sent";
      this.#put(nameOf(entry), unsent ? { ...entry, state: "sending", after: 0 } : null);
    }
    this.set({ session: null, seen: 0, survey: null });
  }

  #put(name, value) {
    this.#keep(name, value);
    try {
      if (value === null) localStorage.removeItem(KEY + name);
      else localStorage.setItem(KEY + name, JSON.stringify(value));
    } catch {
      // Full or forbidden: the page goes on without.
    }
  }

  #keep(name, value) {
    if (value === null) this.#kept.delete(name);
    else this.#kept.set(name, value);
    this.#state = null;
  }

  #prune() {
    const { entries } = this.state;
    for (const entry of entries.slice(0, -ENTRIES_MAX)) this.#put(nameOf(entry), null);
  }

  #read() {
    const found = [];
    try {
      for (const key of Object.keys(localStorage)) {
        if (key.startsWith(KEY)) found.push([key.slice(KEY.length), localStorage.getItem(key)]);
      }
    } catch {
      return; // Forbidden.
    }
    this.#kept.clear();
    this.#state = null;
    for (const [name, raw] of found) this.#hear(name, raw);
  }

  #hear(name, raw) {
    try {
      this.#keep(name, JSON.parse(raw));
    } catch {
      // Not ours, or half written.
    }
  }
}
