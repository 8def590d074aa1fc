// What tests ask of a page, through all shadow roots; loaded before Home Assistant.
window.probes = (() => {
  const OURS = /^chocolate-factory-\w+-card$/;

  function* inside(root) {
    for (const element of root.querySelectorAll("*")) {
      yield element;
      if (element.shadowRoot) yield* inside(element.shadowRoot);
    }
  }

  const cards = () => [...inside(document)].filter(({ localName }) => OURS.test(localName));

  const parts = (card) => [...inside(card.shadowRoot)];

  const textsOf = (element) =>
    [...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());

  // All that a card says, to eyes and to screen readers.
  const said = (card) =>
    parts(card).flatMap((element) => [
      ...["aria-label", "aria-valuetext", "title"].map((name) => element.getAttribute(name) ?? ""),
      ...textsOf(element).map((node) => node.data),
    ]);

  const isSeen = (element) =>
    element.checkVisibility({ visibilityProperty: true }) &&
    getComputedStyle(element).clipPath === "none";

  // What of a card is outside of the screen, too small to read, or cut off.
  function misfits(card) {
    const found = new Set();
    for (const element of parts(card).filter(isSeen)) {
      const { left, right, width } = element.getBoundingClientRect();
      const { fontSize, overflowX } = getComputedStyle(element);
      const hasText = textsOf(element).length > 0;
      const size = Number.parseFloat(fontSize);
      const tell = (what) =>
        found.add(`${what}: ${element.localName}.${element.className} ${element.textContent.trim()}`);
      if (width && (left < -0.5 || right > innerWidth + 0.5)) tell("outside");
      if (hasText && size && size < 12) tell(fontSize);
      const isCut = element.scrollWidth > element.clientWidth + 1;
      if (hasText && isCut && overflowX !== "visible") tell("cut off");
    }
    return [...found];
  }

  // How far each card has moved, in pixels, since Home Assistant made its columns.
  const moves = {};
  const places = new Map();
  const follow = () => {
    for (const card of cards()) {
      const { x, y, width } = card.getBoundingClientRect();
      const before = places.get(card);
      if (before?.x === x && before.width === width) moves[card.localName] += Math.abs(before.y - y);
      else moves[card.localName] = 0;
      places.set(card, { x, y, width });
    }
    // After the next frame is drawn, not while it is made.
    requestAnimationFrame(() => setTimeout(follow));
  };

  // Count from now on what changes inside the cards, and hear of factories as they do.
  const heard = { changes: 0, factories: undefined };
  async function hear() {
    const observer = new MutationObserver((changes) => {
      heard.changes += changes.length;
    });
    const all = { subtree: true, childList: true, attributes: true, characterData: true };
    // Home Assistant's icons draw themselves when they have come: that is not our work.
    for (const card of cards()) {
      const ours = parts(card).filter(({ localName }) => localName.startsWith(card.localName));
      for (const { shadowRoot } of [card, ...ours]) observer.observe(shadowRoot, all);
    }
    const { connection } = document.querySelector("home-assistant").hass;
    const tell = ({ factories }) => {
      heard.factories = factories.length;
    };
    await connection.subscribeMessage(tell, { type: "chocolate_factory/outlook" });
  }

  // A browser without a window never says itself that nobody looks.
  function see(isHidden) {
    Object.defineProperty(document, "hidden", { configurable: true, value: isHidden });
    document.dispatchEvent(new Event("visibilitychange"));
  }

  return { said, misfits, moves, follow, heard, hear, see };
})();
