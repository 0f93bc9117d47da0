// What this browser remembers of the conversation: the session's token, what was said, and what
// still has to be sent. Tabs share it; where storage is forbidden it lives as long as the page.

const KEY = "handrail.chat";
const ENTRIES_MAX = 500;

const empty = () => ({ token: null, expiresAt: 0, last: 0, seen: 0, language: null, survey: null, entries: [] });

export class Store {
  #memory = null;
  #raw = null;
  #changed;

  /** @param {() => void} changed called after every change, of this tab or another */
  constructor(changed) {
    this.#changed = changed;
    addEventListener("storage", (event) => {
      if (event.key === KEY || event.key === null) changed();
    });
  }

  get state() {
    try {
      const raw = localStorage.getItem(KEY);
      if (raw === null) return this.#memory && this.#raw === null ? this.#memory : empty();
      if (raw !== this.#raw) {
        this.#memory = { ...empty(), ...JSON.parse(raw) };
        this.#raw = raw;
      }
    } catch {
      this.#memory ??= empty();
    }
    return this.#memory;
  }

  /** Change what is remembered. It is read anew first, so that two tabs don't undo each other. */
  change(act) {
    const state = this.state;
    act(state);
    state.entries.splice(0, state.entries.length - ENTRIES_MAX);
    this.#memory = state;
    try {
      const raw = JSON.stringify(state);
      localStorage.setItem(KEY, raw);
      this.#raw = raw;
    } catch {
      this.#raw = null; // Full or forbidden: the page goes on without.
    }
    this.#changed();
  }

  /** Take in messages we were sent; each counts once, and they stand in their order. */
  take(messages) {
    const { last, entries } = this.state;
    const known = new Set(entries.map((entry) => entry.sequence));
    const fresh = messages.filter((message) => !known.has(message.sequence));
    if (!fresh.length) return [];
    this.change((state) => {
      for (const message of fresh) {
        const later = state.entries.findIndex((entry) => entry.sequence > message.sequence);
        state.entries.splice(later < 0 ? state.entries.length : later, 0, message);
      }
      state.last = Math.max(last, ...fresh.map((message) => message.sequence));
    });
    return fresh;
  }

  /** Whatever was said to us so far has been seen, in this tab or another. */
  see() {
    if (this.state.seen < this.state.last) this.change((state) => (state.seen = state.last));
  }

  /** Start over; what was not sent yet goes into the new conversation. */
  restart() {
    this.change((state) => {
      const unsent = state.entries.filter((entry) => entry.id && entry.state !== "sent");
      Object.assign(state, empty(), { language: state.language });
      state.entries = unsent.map((entry) => ({ ...entry, state: "sending" }));
    });
  }
}
