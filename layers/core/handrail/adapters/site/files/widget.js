// The chat on any page: a script element with this file for its source. It adds one element, with
// a launcher and a frame in which the chat runs: this page's styles and scripts cannot reach the
// conversation, and the chat cannot reach this page. Nothing here is inline, evaluated or stored.

(() => {
  const script =
    document.currentScript ?? document.querySelector('script[src*="/widget.js"][src^="http"]');
  if (!script || window.Handrail) return;

  const { language, position, color, title } = script.dataset;
  const origin = new URL(script.src).origin;
  const READY_WITHIN = 20_000;
  const SVG = "http://www.w3.org/2000/svg";
  const BUBBLE = "M5 5h14a2 2 0 0 1 2 2v8a2 2 0 0 1-2 2h-7l-5 4v-4H5a2 2 0 0 1-2-2V7a2 2 0 0 1 2-2Z";
  const CROSS = "m6 6 12 12M18 6 6 18";
  const STYLE = `
    :host {
      all: initial; position: fixed; z-index: 2147483000;
      inset-block-end: var(--handrail-bottom, 1.25rem);
      --ground: #0f6a5f; --ink: #fff;
      font: 700 0.8125rem/1 system-ui, sans-serif;
    }
    :host([hidden]) { display: none; }
    :host([data-side="start"]) { inset-inline-start: var(--handrail-side, 1.25rem); }
    :host([data-side="end"]) { inset-inline-end: var(--handrail-side, 1.25rem); }
    :host([data-side="left"]) { left: var(--handrail-side, 1.25rem); }
    :host([data-side="right"]) { right: var(--handrail-side, 1.25rem); }
    button {
      position: relative; display: grid; place-items: center;
      inline-size: 3.75rem; block-size: 3.75rem; padding: 0; border: 0; border-radius: 50%;
      background: var(--ground); color: var(--ink); cursor: pointer; touch-action: manipulation;
      box-shadow: 0 0 0 1px rgb(255 255 255 / 20%), 0 6px 24px rgb(0 0 0 / 25%);
    }
    button:focus { outline: none; }
    button:focus-visible { outline: 3px solid #2a5bd7; outline-offset: 3px; box-shadow: 0 0 0 3px #fff; }
    svg {
      inline-size: 1.75rem; fill: none; stroke: currentcolor;
      stroke-width: 1.9; stroke-linecap: round; stroke-linejoin: round;
    }
    span {
      position: absolute; inset-block-start: -0.25rem; inset-inline-end: -0.25rem;
      min-inline-size: 1.5rem; block-size: 1.5rem; padding-inline: 0.35rem; box-sizing: border-box;
      display: grid; place-items: center; border-radius: 0.75rem; border: 2px solid #fff;
      background: #b3261e; color: #fff;
    }
    span:empty { display: none; }
    p { position: absolute; inline-size: 1px; block-size: 1px; margin: 0; overflow: hidden; clip-path: inset(50%); }
    dialog {
      position: absolute; inset: auto; inset-block-end: calc(100% + 0.85rem); margin: 0; padding: 0;
      inline-size: min(25rem, 100vw - 2.5rem); block-size: min(42rem, 100dvh - 7.5rem);
      max-inline-size: none; max-block-size: none;
      border: 0; border-radius: 1.25rem; overflow: hidden; background: #fff;
      box-shadow: 0 0 0 1px rgb(0 0 0 / 8%), 0 16px 56px rgb(0 0 0 / 28%);
    }
    @media (prefers-color-scheme: dark) { dialog { background: #151b1f; } }
    :host([data-side="start"]) dialog { inset-inline-start: 0; }
    :host([data-side="end"]) dialog { inset-inline-end: 0; }
    :host([data-side="left"]) dialog { left: 0; }
    :host([data-side="right"]) dialog { right: 0; }
    dialog.full {
      position: fixed; inset: 0; inline-size: 100vw; block-size: var(--seen, 100dvh);
      inset-block-start: var(--from, 0); border-radius: 0; box-shadow: none;
    }
    dialog::backdrop { background: none; }
    iframe { display: block; inline-size: 100%; block-size: 100%; border: 0; color-scheme: normal; }
    @media (prefers-reduced-motion: no-preference) {
      button { transition: scale 0.15s; }
      button:hover { scale: 1.05; }
      dialog[open] { animation: rise 0.18s ease-out; }
      @keyframes rise { from { opacity: 0; translate: 0 0.75rem; } }
    }
    @media (forced-colors: active) { button { border: 2px solid; } }
    @media print { :host { display: none; } }
  `;

  const host = document.createElement("handrail-chat");
  const root = host.attachShadow({ mode: "open" });
  const launcher = document.createElement("button");
  const badge = document.createElement("span");
  const said = document.createElement("p");
  const panel = document.createElement("dialog");
  const frame = document.createElement("iframe");
  const path = document.createElementNS(SVG, "path");
  const small = matchMedia("(max-width: 30rem), (max-height: 26rem)");
  const say = (words) => port?.postMessage(words);
  let port = null;
  let told = {};
  let titled = "";

  function build() {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    root.adoptedStyleSheets = [sheet];
    const sides = ["start", "end", "left", "right"];
    host.dataset.side = sides.includes(position) ? position : "end";
    host.hidden = true;
    paint();
    const icon = document.createElementNS(SVG, "svg");
    icon.setAttribute("viewBox", "0 0 24 24");
    icon.setAttribute("aria-hidden", "true");
    icon.append(path);
    launcher.type = "button";
    launcher.setAttribute("aria-haspopup", "dialog");
    badge.setAttribute("aria-hidden", "true");
    launcher.append(icon, badge);
    const address = new URL("/embed", origin);
    if (language) address.searchParams.set("language", language);
    frame.src = address;
    // It may run, keep its own data, open links and save a transcript; never lead this page away.
    frame.setAttribute(
      "sandbox",
      "allow-scripts allow-same-origin allow-forms allow-downloads allow-popups allow-popups-to-escape-sandbox",
    );
    panel.append(frame);
    said.setAttribute("role", "status");
    root.append(panel, launcher, said);
    document.body.append(host);
  }

  /** The launcher in the company's colour, its sign in whichever of black and white is clearer. */
  function paint() {
    if (!/^#[0-9a-f]{6}$/i.test(color ?? "")) return;
    const [r, g, b] = [1, 3, 5].map((at) => (parseInt(color.slice(at, at + 2), 16) / 255) ** 2.2);
    const light = 0.2126 * r + 0.7152 * g + 0.0722 * b;
    host.style.setProperty("--ground", color);
    host.style.setProperty("--ink", light > 0.18 ? "#000" : "#fff");
  }

  function show(focus) {
    if (panel.open || host.hidden) return;
    panel.classList.toggle("full", small.matches);
    fit();
    if (small.matches) panel.showModal();
    else panel.show();
    if (focus) frame.focus();
    say({ open: true, focus });
    sign();
  }

  function hide(focus) {
    if (!panel.open) return;
    panel.close();
    say({ open: false });
    sign();
    if (focus) launcher.focus();
  }

  /** A keyboard on a small screen takes its part; the chat gets the rest. */
  function fit() {
    if (!visualViewport) return;
    panel.style.setProperty("--seen", `${visualViewport.height}px`);
    panel.style.setProperty("--from", `${visualViewport.offsetTop}px`);
  }

  function sign() {
    const { title: name, open, close, unread, shown, direction, language: spoken } = told;
    path.setAttribute("d", panel.open ? CROSS : BUBBLE);
    badge.textContent = panel.open ? "" : shown;
    const label = panel.open ? close : open;
    launcher.setAttribute("aria-label", unread && !panel.open ? `${label}, ${unread}` : label);
    launcher.title = label;
    launcher.setAttribute("aria-expanded", String(panel.open));
    launcher.lang = panel.lang = spoken;
    panel.setAttribute("aria-label", name);
    frame.title = name;
    badge.dir = direction;
    // Whoever cannot see the badge hears of it.
    said.lang = spoken;
    const news = panel.open ? "" : unread;
    if (said.textContent !== news) said.textContent = news;
    count();
  }

  /** The number of unread messages before this page's title, as long as nobody looks at it. */
  function count() {
    if (titled && document.title.startsWith(titled)) {
      document.title = document.title.slice(titled.length);
    }
    titled = document.hidden && told.count ? `(${told.shown}) ` : "";
    if (titled) document.title = titled + document.title;
  }

  function hear({ data }) {
    if (data?.handrail === "close") hide(true);
    if (data?.handrail !== "state") return;
    const first = host.hidden;
    told = data;
    host.hidden = false;
    sign();
    if (first && data.reopen && !small.matches) show(false);
  }

  function greet(event) {
    if (event.source !== frame.contentWindow || event.origin !== origin) return;
    if (event.data?.handrail !== "ready") return;
    // Its frame was loaded anew: whatever was open is closed.
    if (panel.open) panel.close();
    const channel = new MessageChannel();
    port = channel.port1;
    port.onmessage = hear;
    frame.contentWindow.postMessage({ handrail: "hello", color, title }, origin, [channel.port2]);
  }

  function start() {
    build();
    addEventListener("message", greet);
    launcher.addEventListener("click", () => (panel.open ? hide(true) : show(true)));
    panel.addEventListener("cancel", (event) => {
      event.preventDefault();
      hide(true);
    });
    root.addEventListener("keydown", ({ key }) => key === "Escape" && hide(true));
    small.addEventListener("change", () => {
      if (!panel.open) return;
      hide(false);
      show(false);
    });
    for (const kind of ["resize", "scroll"]) visualViewport?.addEventListener(kind, fit);
    document.addEventListener("visibilitychange", count);
    document.addEventListener("click", (event) => {
      const opener = event.target.closest?.("[data-handrail-open]");
      if (!opener || host.hidden) return;
      event.preventDefault();
      show(true);
    });
    setTimeout(() => {
      if (!host.hidden) return;
      console.warn(
        `Handrail: the chat at ${origin} could not be shown here. ` +
          `Is ${location.origin} among its AllowedOrigins?`,
      );
    }, READY_WITHIN);
  }

  window.Handrail = Object.freeze({ open: () => show(true), close: () => hide(true) });
  // The page's own work comes first.
  if (document.readyState === "complete") start();
  else addEventListener("load", start, { once: true });
})();
