// Between the chat in a frame and the page around it. The page learns what its launcher shows: its
// words and how many messages are unread. It learns nothing of what is said.

const OPEN = "handrail.open";

export class Frame {
  #port = null;
  #last = "";
  #told;
  embedded = parent !== window;
  /** Whether the customer sees the chat: always, where it is a page of its own. */
  open = !this.embedded;

  /**
   * @param {object} on `look` gets what the page around decided about colour and title, `shown` is
   *   called whenever the chat is opened or closed
   */
  constructor(on) {
    this.#told = on;
  }

  /** Tell the page around that the chat can be shown. */
  start() {
    if (!this.embedded) return;
    addEventListener("message", (event) => {
      if (event.source !== parent || event.data?.handrail !== "hello" || !event.ports[0]) return;
      this.#port = event.ports[0];
      this.#port.onmessage = ({ data }) => this.#hear(data);
      this.#told.look(event.data);
      this.#last = "";
      this.#told.shown(false);
    });
    // Nothing in it is anybody's secret, and whose page this is the frame cannot know.
    parent.postMessage({ handrail: "ready" }, "*");
  }

  #hear(message) {
    if (typeof message?.open !== "boolean") return;
    this.open = message.open;
    try {
      // So that a customer who walks from page to page finds the chat as it was.
      if (this.open) sessionStorage.setItem(OPEN, "1");
      else sessionStorage.removeItem(OPEN);
    } catch {
      // Forbidden: then it begins closed.
    }
    this.#told.shown(message.focus === true);
  }

  /** Whether the chat was open when the customer left the last page. */
  get wasOpen() {
    try {
      return sessionStorage.getItem(OPEN) === "1";
    } catch {
      return false;
    }
  }

  /** Tell what the launcher shows. */
  tell(state) {
    const data = JSON.stringify(state);
    if (!this.#port || data === this.#last) return;
    this.#last = data;
    this.#port.postMessage({ ...state, handrail: "state" });
  }

  close() {
    if (!this.#port) return;
    // From now on nobody looks, however long the page around takes.
    this.open = false;
    this.#port.postMessage({ handrail: "close" });
  }
}
