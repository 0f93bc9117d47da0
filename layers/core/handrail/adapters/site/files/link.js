// Between the page and its server. Messages are posted one after another and count as sent once
// they are stored. Answers are pushed over a WebSocket while there is one, and asked for while
// there is none; whichever way they come, nothing is lost and nothing is shown twice.

const SECOND = 1000;
const TIMEOUT = 15 * SECOND;
const PING = 60 * SECOND;
const PONG = 10 * SECOND;
const AWAITED = 60 * SECOND;
const WRITING = 30 * SECOND;
const BEAT = 5 * SECOND;
const SLEPT = 20 * SECOND;
const RENEW_BEFORE = 15 * 24 * 3600;
const ATTEMPTS_QUIET = 3;

class Refused extends Error {
  constructor(status, code) {
    super(`refused: ${status}`);
    this.status = status;
    this.code = code;
  }
}

/** What is said of a file that is refused; that it didn't arrive is what else may be wrong. */
const FAULTS = { too_large: "ui.too_large", file_type: "ui.file_type" };

const backoff = (attempts) =>
  Math.min(30, 2 ** Math.min(attempts - 1, 5)) * SECOND * (0.75 + Math.random() / 2);

export class Link {
  #store;
  #files;
  #websocket;
  #changed;
  #socket = null;
  #socketAttempts = 0;
  #flushing = {};
  #opening = null;
  #syncing = null;
  #timers = {};
  #attempts = 0;
  #trouble = false;
  #contact = false;
  #awaitedUntil = 0;
  /** Who was last said to be writing, if anybody was. */
  writer = null;
  /** The session's time is over; only a new one goes on. */
  ended = false;

  /**
   * @param {object} store what this browser remembers
   * @param {object} files what waits to be uploaded
   * @param {string|null} websocket where to connect to
   * @param {() => void} changed called when `status` may have changed
   */
  constructor(store, files, websocket, changed) {
    this.#store = store;
    this.#files = files;
    this.#websocket = websocket;
    this.#changed = changed;
  }

  start() {
    addEventListener("online", () => this.#hurry());
    addEventListener("offline", () => this.#changed());
    document.addEventListener("visibilitychange", () => document.hidden || this.#hurry());
    let beat = Date.now();
    setInterval(() => {
      // A machine that slept has a connection that only looks open.
      const slept = Date.now() - beat > SLEPT && !document.hidden;
      beat = Date.now();
      if (slept) this.#hurry();
    }, BEAT);
    this.#hurry();
  }

  /** `online`, `connecting` or `offline`; a page that nobody has written on yet is online. */
  get status() {
    if (!navigator.onLine || this.#trouble) return "offline";
    return this.#store.state.session && !this.#contact ? "connecting" : "online";
  }

  /** Whether an answer may still be on its way. */
  get awaiting() {
    return Date.now() < this.#awaitedUntil;
  }

  #expect(milliseconds, writer = null) {
    this.#awaitedUntil = milliseconds && Date.now() + milliseconds;
    this.writer = writer;
  }

  /** Try one message again, under its own id. */
  retry(id) {
    this.#store.amend((entry) => entry.id === id, { state: "sending", refused: undefined });
    return this.flush();
  }

  /** Send what waits to be sent, in order. A file takes its time; no word waits behind it. */
  flush() {
    return Promise.all([
      this.#send("words", (entry) => !entry.file),
      this.#send("files", (entry) => entry.file),
    ]);
  }

  async #send(lane, belongs) {
    if (this.#flushing[lane] || this.ended) return;
    this.#flushing[lane] = true;
    clearTimeout(this.#timers[lane]);
    const waiting = (entry) => entry.state === "sending" && belongs(entry);
    try {
      for (;;) {
        const entry = this.#store.state.entries.find(waiting);
        if (!entry) break;
        await this.#post(entry);
        this.#attempts = 0;
      }
      this.#troubled(false);
    } catch (error) {
      this.#unsent(error, lane);
    } finally {
      this.#flushing[lane] = false;
    }
  }

  async #post(entry) {
    const { id, text, action, file, language, chosen } = entry;
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    let mark = { state: "sent" };
    try {
      await this.#session();
      if (file) await this.#upload(id, file);
      // From now on: the answer may overtake the receipt.
      this.#expect(AWAITED);
      await this.#fetch("POST", "/v1/web/messages", {
        id, text, action, file, language, language_chosen: chosen || undefined, time_zone: zone,
      });
    } catch (error) {
      this.#expect(0);
      // Refused for what it is; the others needn't wait for it.
      if (error.status !== 400 && error.status !== 413) throw error;
      mark = { state: "failed", refused: true, why: file && (FAULTS[error.code] ?? "media.failed") };
    }
    if (file) await this.#files.drop(id);
    this.#store.amend((other) => other.id === id, mark);
    this.#tick();
  }

  /** Put a file where its message will say that it is. */
  async #upload(id, { name, type, bytes }) {
    const file = await this.#files.get(id);
    // Gone with a page that could not keep it: only its sender has it.
    if (!file) throw new Refused(400, "lost");
    const ticket = await this.#fetch("POST", "/v1/web/files", { id, name, type, bytes });
    const { ok, status } = await this.#files.upload(file, ticket);
    // Refused for what it is, or else worth another ticket.
    if (!ok) throw new Refused(status === 400 ? 400 : 503, "lost");
  }

  #unsent(error, lane) {
    if (error.status === 401) return this.#end();
    this.#attempts += navigator.onLine ? 1 : 0;
    this.#troubled(true);
    if (this.#attempts >= ATTEMPTS_QUIET) {
      this.#store.amend((entry) => entry.state === "sending", { state: "failed" });
    }
    this.#timers[lane] = setTimeout(() => this.#again(), backoff(this.#attempts));
  }

  /** Try again whatever may go through now. */
  #again() {
    const worthwhile = (entry) => entry.state === "failed" && !entry.refused;
    this.#store.amend(worthwhile, { state: "sending" });
    return this.flush();
  }

  /** Say whether the problem is solved; until that has arrived it is said again. */
  async survey() {
    const { survey } = this.#store.state;
    if (!survey || survey.sent || this.ended) return;
    const { sequence, solved } = survey;
    try {
      await this.#fetch("POST", "/v1/web/survey", { sequence, solved });
    } catch (error) {
      if (error.status !== 400) return;
    }
    this.#store.set({ survey: { ...survey, sent: true } });
  }

  #hurry() {
    this.#changed();
    if (!navigator.onLine || this.ended) return;
    this.#socketAttempts = 0;
    this.#again();
    this.survey();
    if (this.#open) this.#ping();
    else if (this.#store.state.session) this.#session().then(() => this.#connect(), () => {});
    this.#tick();
  }

  /** Have a session: a new one for the first message, a fresh token for an old one. */
  #session() {
    if (this.#fresh) return Promise.resolve();
    this.#opening ??= this.#alone(() => this.#begin()).finally(() => {
      this.#opening = null;
    });
    return this.#opening;
  }

  /** Two tabs that write first at the same time begin one conversation. */
  async #alone(act) {
    let begun = false;
    try {
      return await navigator.locks.request("handrail.session", () => {
        begun = true;
        return act();
      });
    } catch (error) {
      if (begun) throw error;
      return act(); // There are no locks where a page may store nothing.
    }
  }

  get #fresh() {
    const { session } = this.#store.state;
    return session && session.expires_at - Date.now() / SECOND > RENEW_BEFORE;
  }

  async #begin() {
    if (!this.#fresh) {
      const { token, expires_at } = await this.#fetch("POST", "/v1/web/session", {});
      this.#store.set({ session: { token, expires_at } });
    }
    this.#connect();
  }

  async #fetch(method, path, data) {
    const token = this.#store.state.session?.token;
    const response = await fetch(path, {
      method,
      headers: {
        ...(data && { "Content-Type": "application/json" }),
        ...(token && { Authorization: `Bearer ${token}` }),
      },
      body: data && JSON.stringify(data),
      credentials: "omit",
      cache: "no-store",
      signal: AbortSignal.timeout(TIMEOUT),
    });
    if (!response.ok) {
      const { error } = await response.json().catch(() => ({}));
      throw new Refused(response.status, error);
    }
    return response.json();
  }

  #end() {
    this.ended = true;
    this.#socket?.close();
    this.#changed();
  }

  restart() {
    this.ended = false;
    this.#attempts = 0;
    this.#socket?.close();
    this.#socket = null;
    this.#store.restart();
    this.#hurry();
  }

  #troubled(trouble) {
    this.#trouble = trouble;
    this.#contact ||= !trouble;
    this.#changed();
  }

  // ------------------------------------------------------------ what we are sent

  /** Fetch whatever we have not got. */
  sync() {
    this.#syncing ??= this.#read().finally(() => {
      this.#syncing = null;
    });
    return this.#syncing;
  }

  async #read() {
    try {
      for (let more = true; more; ) {
        const { last } = this.#store.state;
        const reading = await this.#fetch("GET", `/v1/web/messages?after=${last}`);
        this.#take(reading.messages);
        more = reading.more && this.#store.state.last > last;
      }
      this.#troubled(false);
    } catch (error) {
      if (error.status === 401) this.#end();
      else this.#troubled(true);
    }
  }

  #take(messages) {
    if (messages.length) this.#expect(0);
    this.#store.take(messages);
  }

  /** Ask from time to time: often while an answer is due or no connection is open. */
  #tick() {
    clearTimeout(this.#timers.tick);
    const due = this.awaiting;
    let wait = due ? 1.5 : document.hidden ? 60 : 5;
    if (this.#open) wait = due ? 10 : PING / SECOND;
    this.#timers.tick = setTimeout(async () => {
      if (this.ended) return;
      if (this.#store.state.session && navigator.onLine) {
        if (this.#open) this.#ping();
        else await this.sync();
      }
      this.#tick();
    }, wait * SECOND);
  }

  // ------------------------------------------------------------ the connection

  get #open() {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  #connect() {
    if (!this.#websocket || !this.#store.state.session || this.ended || this.#socket) return;
    clearTimeout(this.#timers.connect);
    let socket;
    try {
      socket = new WebSocket(this.#websocket);
    } catch {
      return; // An address that cannot be one: asking is enough.
    }
    this.#socket = socket;
    socket.onopen = () => {
      this.#socketAttempts = 0;
      this.#say("hello");
      this.#tick();
    };
    socket.onmessage = ({ data }) => {
      if (this.#socket === socket) this.#hear(JSON.parse(data));
    };
    socket.onclose = () => {
      if (this.#socket !== socket) return;
      this.#socket = null;
      clearTimeout(this.#timers.pong);
      if (this.ended) return;
      this.#timers.connect = setTimeout(() => this.#connect(), backoff(++this.#socketAttempts));
      this.#tick();
      this.#changed();
    };
  }

  #say(type) {
    const { session, last } = this.#store.state;
    this.#socket.send(JSON.stringify({ type, token: session?.token, after: last }));
    clearTimeout(this.#timers.pong);
    this.#timers.pong = setTimeout(() => this.#socket?.close(), PONG);
  }

  #ping() {
    try {
      this.#say("ping");
    } catch {
      this.#socket?.close();
    }
  }

  #hear(frame) {
    if (frame.type === "refused" && frame.error === "session") return this.#end();
    if (frame.type === "typing") {
      this.#expect(WRITING, frame.speaker);
      this.#changed();
      return;
    }
    if (frame.type !== "messages") return;
    this.#troubled(false);
    const { last } = this.#store.state;
    if (frame.after !== undefined) {
      // An answer to hello or ping: everything since `after`.
      clearTimeout(this.#timers.pong);
      if (frame.after <= last) this.#take(frame.messages);
      else this.sync();
      return;
    }
    // A push may have been lost before this one: where the numbers don't follow, ask.
    const next = frame.messages[0]?.sequence;
    if (next > last + 1) this.sync();
    else this.#take(frame.messages);
  }
}
