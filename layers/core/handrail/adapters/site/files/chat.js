// The chat page: puts its parts together and listens to the customer.

import { Files } from "./files.js";
import { Frame } from "./frame.js";
import { Languages } from "./languages.js";
import { Link } from "./link.js";
import { Store } from "./store.js";
import { tint } from "./tint.js";
import { View } from "./view.js";
import { Words } from "./words.js";

const boot = JSON.parse(document.getElementById("boot").textContent);
const FILES_MAX = 10;

const byId = (id) => document.getElementById(id);
const text = byId("text");

const words = new Words(boot);
const languages = new Languages(words, choose);
const frame = new Frame({ look, shown });
let view = null;
const render = () => view?.render(store.state);
const store = new Store(render);
const files = new Files(boot.files);
const link = new Link(store, files, boot.websocket, render);
let staged = [];

const newId = () =>
  crypto.randomUUID?.() ?? Array.from(crypto.getRandomValues(new Uint32Array(4))).join("-");

function send(content, id = newId()) {
  store.say({
    id,
    ...content,
    language: words.language,
    chosen: store.state.language === words.language,
    sent_at: Date.now() / 1000,
    state: "sending",
  });
  view.toEnd();
  link.flush();
}

async function submit() {
  const written = text.value.trim();
  const chosen = staged;
  if (!written && !chosen.length) return;
  text.value = "";
  stage([]);
  if (written) send({ text: written });
  for (const file of chosen) {
    const id = newId();
    await files.keep(id, file);
    send({ file: { name: file.name, type: files.type(file), bytes: file.size } }, id);
  }
}

/** Put files beside the field; they go with what is written there. */
function attach(list) {
  const fitting = [];
  for (const file of list) {
    const why = files.refusal(file);
    if (why) view.warn(words.say(why, { size: words.size(files.limits.bytes_max) }));
    else fitting.push(file);
  }
  stage([...staged, ...fitting].slice(0, FILES_MAX));
}

function stage(list) {
  staged = list;
  view.staged(staged, (file) => {
    stage(staged.filter((other) => other !== file));
    text.focus();
  });
  grow();
}

/** The field grows with what is written into it, up to what its style allows. */
function grow() {
  // An empty field lies as the page does, a written one as its words do.
  text.dir = text.value ? "auto" : "";
  text.style.height = "auto";
  text.style.height = `${text.scrollHeight}px`;
  byId("send").disabled = !text.value.trim() && !staged.length;
}

async function choose(language) {
  try {
    await words.fetch(language);
  } catch {
    view.announce(words.say("ui.error"));
    return;
  }
  store.set({ language });
  apply();
  view.rewrite(store.state);
  stage(staged);
}

function apply() {
  words.apply();
  languages.apply();
}

/** What the page around decided: its colour and its name for the chat. */
function look({ color, title }) {
  tint(color);
  if (typeof title === "string") words.title = title.slice(0, 60);
  apply();
  view.rewrite(store.state);
}

/** The page around opened or closed the chat. */
function shown(focus) {
  if (frame.open) view.toEnd();
  render();
  if (!focus) return;
  // Where a finger writes, a field with focus would bring up a keyboard over the messages.
  (matchMedia("(pointer: fine)").matches ? text : byId("log")).focus({ preventScroll: true });
}

function download() {
  const url = URL.createObjectURL(view.transcript(store.state));
  const anchor = document.createElement("a");
  anchor.href = url;
  anchor.download = `${words.say("ui.title")} ${new Date().toISOString().slice(0, 10)}.txt`;
  anchor.click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}

byId("composer").addEventListener("submit", (event) => {
  event.preventDefault();
  submit();
  text.focus();
});
text.addEventListener("input", grow);
text.addEventListener("keydown", (event) => {
  // While an input method composes a word, Enter belongs to it.
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
  event.preventDefault();
  submit();
});
if (boot.files) {
  const picker = byId("picker");
  picker.accept = boot.files.types.join();
  byId("attach").hidden = false;
  byId("attach").addEventListener("click", () => picker.click());
  picker.addEventListener("change", () => {
    attach(picker.files);
    picker.value = "";
    text.focus();
  });
  text.addEventListener("paste", (event) => {
    if (!event.clipboardData.files.length) return;
    event.preventDefault();
    attach(event.clipboardData.files);
  });
  for (const kind of ["dragover", "drop"]) {
    document.addEventListener(kind, (event) => {
      if (!event.dataTransfer.types.includes("Files")) return;
      event.preventDefault();
      if (kind === "drop") attach(event.dataTransfer.files);
    });
  }
}
byId("person").addEventListener("click", () => {
  send({ action: "person:v1", text: words.say("offer.label") });
});
byId("transcript").addEventListener("click", download);
byId("restart").addEventListener("click", () => {
  link.restart();
  text.focus();
});

byId("close").hidden = !frame.embedded;
byId("close").addEventListener("click", () => frame.close());
document.documentElement.classList.toggle("embedded", frame.embedded);
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !event.isComposing && !event.defaultPrevented) frame.close();
});

const chosen = store.state.language;
if (chosen && chosen !== words.language && chosen in words.languages) {
  try {
    await words.fetch(chosen);
  } catch {
    // The document's own language will do.
  }
}
apply();
const on = {
  press: ({ id, label }) => send({ action: id, text: label }),
  seen: () => store.see(),
  answer: (survey) => {
    store.set({ survey });
    link.survey();
  },
};
view = new View(words, link, frame, on, boot.files?.bytes_max ?? 0);
view.render(store.state);
view.toEnd();
grow();
link.start();
frame.start();
