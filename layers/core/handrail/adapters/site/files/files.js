// Files that wait to be sent. They lie in the browser's own database, so that a reload or a tab that
// was closed costs nobody a file; where that is forbidden, in memory.

const FILES = "files";
const UPLOAD_WITHIN = 300_000;
const ENDINGS = { heic: "image/heic", heif: "image/heic", pdf: "application/pdf" };

function opened() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open("handrail", 1);
    request.onupgradeneeded = () => request.result.createObjectStore(FILES);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

async function stored(mode, act) {
  const database = await opened();
  try {
    return await new Promise((resolve, reject) => {
      const request = act(database.transaction(FILES, mode).objectStore(FILES));
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  } finally {
    database.close();
  }
}

export class Files {
  #memory = new Map();

  /** @param {{types: string[], bytes_max: number}|null} limits null where no files are taken */
  constructor(limits) {
    this.limits = limits;
  }

  /** Return what kind of file it is; not every system says. */
  type(file) {
    return file.type || (ENDINGS[file.name.toLowerCase().split(".").at(-1)] ?? "");
  }

  /** Return the phrase that says why a file can't be sent, null when it can. */
  refusal(file) {
    if (!this.limits?.types.includes(this.type(file))) return "ui.file_type";
    return file.size > this.limits.bytes_max ? "ui.too_large" : null;
  }

  /** Remember a file until its message is sent. */
  async keep(id, file) {
    this.#memory.set(id, file);
    await stored("readwrite", (files) => files.put(file, id)).catch(() => {});
  }

  async get(id) {
    return this.#memory.get(id) ?? stored("readonly", (files) => files.get(id)).catch(() => undefined);
  }

  /** Send a file with the ticket it got; returns the store's answer. */
  upload(file, { url, fields }) {
    const form = new FormData();
    for (const [field, value] of Object.entries(fields)) form.append(field, value);
    form.append("file", file);
    const signal = AbortSignal.timeout(UPLOAD_WITHIN);
    return fetch(url, { method: "POST", body: form, credentials: "omit", signal });
  }

  async drop(id) {
    this.#memory.delete(id);
    await stored("readwrite", (files) => files.delete(id)).catch(() => {});
  }
}
