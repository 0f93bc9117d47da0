// A company's colour, made into a palette in which everything written can be read.

const READABLE = 4.5;
const VISIBLE = 3;

const channels = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
const css = (color) => `rgb(${color.map(Math.round).join(" ")})`;
const mix = (one, other, part) => one.map((value, i) => value + (other[i] - value) * part);

function luminance(color) {
  const [r, g, b] = color.map((value) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(one, other) {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

/** Return the colour, moved towards another until it stands out enough against all of some. */
function standingOut(color, towards, against, least) {
  for (let part = 0; part < 1; part += 0.04) {
    const moved = mix(color, towards, part);
    if (against.every((other) => contrast(moved, other) >= least)) return moved;
  }
  return towards;
}

/** Colour the page; what is no colour such as `#0f6a5f` changes nothing. */
export function tint(hex) {
  if (!/^#[0-9a-f]{6}$/i.test(hex ?? "")) return;
  const brand = channels(hex);
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const apply = () => {
    const card = dark.matches ? [21, 27, 31] : [255, 255, 255];
    const far = dark.matches ? [255, 255, 255] : [0, 0, 0];
    const soft = mix(card, brand, dark.matches ? 0.2 : 0.1);
    // A shape beside the card first, then the words on it, then the words beside it.
    const accent = standingOut(brand, far, [card], VISIBLE);
    const [white, black] = [[255, 255, 255], [10, 16, 14]];
    const ink = contrast(accent, white) >= READABLE ? white : black;
    const ground = standingOut(accent, ink === white ? [0, 0, 0] : white, [ink], READABLE);
    const text = standingOut(accent, far, [card, soft], READABLE);
    const values = { accent: ground, "accent-ink": ink, "accent-text": text, "accent-soft": soft,
      "accent-line": mix(text, card, 0.55) };
    for (const [name, color] of Object.entries(values)) {
      document.documentElement.style.setProperty(`--${name}`, css(color));
    }
  };
  dark.addEventListener("change", apply);
  apply();
}
