import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Card } from "./cards";
import { cardShell, type Load, shell } from "./shell";

const CARD: Card = {
  key: "week",
  height: 420,
  grid: { columns: "full", min_columns: 6 },
  options: {
    color_by: { default: "score", choices: ["score", "price"] },
    weather: { default: true },
  },
};

let serial = 0;

/** A shell around an element that nobody else knows. */
function stand(load: (define: () => void) => Promise<unknown>) {
  serial += 1;
  const content = `a-content-${serial}`;
  const define = () => {
    if (!customElements.get(content)) customElements.define(content, class extends HTMLElement {});
  };
  const properties = ["hass", "preview"];
  const Shell = shell({ content, load: () => load(define), height: "99px", properties });
  customElements.define(`a-shell-${serial}`, Shell);
  const element = document.createElement(`a-shell-${serial}`) as InstanceType<typeof Shell> &
    Record<string, unknown>;
  const shown = () =>
    element.shadowRoot?.lastElementChild as (HTMLElement & Record<string, unknown>) | null;
  return { element, shown, content };
}

const arrived = async (define: () => void): Promise<void> => define();

beforeEach(() => {
  vi.useFakeTimers();
  document.documentElement.lang = "en";
});

afterEach(() => {
  vi.useRealTimers();
  document.body.replaceChildren();
});

test("a card that nobody sees fetches nothing", () => {
  const load = vi.fn(arrived);
  const { element } = stand(load);
  expect(load).not.toHaveBeenCalled();
  document.body.append(element);
  expect(load).toHaveBeenCalledOnce();
});

test("until the card is there, a box of its height keeps the place", async () => {
  const { element, shown, content } = stand(arrived);
  document.body.append(element);
  expect(shown()?.localName).toBe("ha-card");
  expect(shown()?.style.minHeight).toBe("var(--cf-place, 99px)");
  await vi.runAllTimersAsync();
  expect(shown()?.localName).toBe(content);
});

test("what was set early and what is set late reach the card", async () => {
  const { element, shown } = stand(arrived);
  element.hass = "early";
  element.preview = true;
  document.body.append(element);
  await vi.runAllTimersAsync();
  expect(shown()).toMatchObject({ hass: "early", preview: true });
  element.hass = "late";
  expect(shown()).toMatchObject({ hass: "late", preview: true });
});

test("what was set before the shell was defined reaches the card", async () => {
  const { element, shown } = stand(arrived);
  Object.defineProperty(element, "hass", { value: "first", configurable: true, writable: true });
  document.body.append(element);
  await vi.runAllTimersAsync();
  expect(shown()?.hass).toBe("first");
  element.hass = "second";
  expect(shown()?.hass).toBe("second");
});

test("a card that was fetched before is there at once", async () => {
  const { element, content } = stand(arrived);
  document.body.append(element);
  await vi.runAllTimersAsync();
  const next = document.createElement(element.localName);
  document.body.append(next);
  expect(next.shadowRoot?.lastElementChild?.localName).toBe(content);
});

test("moving a card keeps what is in it", async () => {
  const { element, shown } = stand(arrived);
  document.body.append(element);
  await vi.runAllTimersAsync();
  const before = shown();
  element.remove();
  document.body.append(element);
  expect(shown()).toBe(before);
});

test("a fetch that fails is tried once more", async () => {
  const load = vi.fn(arrived).mockRejectedValueOnce(new TypeError());
  const { element, shown, content } = stand(load);
  document.body.append(element);
  await vi.runAllTimersAsync();
  expect(load).toHaveBeenCalledTimes(2);
  expect(shown()?.localName).toBe(content);
});

test("a fetch that fails twice is explained, with a button that reloads the page", async () => {
  const reload = vi.fn();
  vi.stubGlobal("location", { reload });
  const { element, shown } = stand(vi.fn<Load>().mockRejectedValue(new TypeError()));
  document.body.append(element);
  await vi.runAllTimersAsync();
  expect(shown()?.getAttribute("role")).toBe("alert");
  expect(shown()?.textContent).toContain("could not be loaded");
  const button = shown()?.querySelector("button");
  expect(button?.textContent).toBe("Reload");
  button?.click();
  expect(reload).toHaveBeenCalledOnce();
});

test("a card that could not be fetched tries again when it is shown again", async () => {
  const load = vi
    .fn(arrived)
    .mockRejectedValueOnce(new TypeError())
    .mockRejectedValueOnce(new TypeError());
  const { element, shown, content } = stand(load);
  document.body.append(element);
  await vi.runAllTimersAsync();
  element.remove();
  document.body.append(element);
  await vi.runAllTimersAsync();
  expect(shown()?.localName).toBe(content);
});

const CardShell = cardShell(CARD, async () => {
  customElements.define("chocolate-factory-week-card-content", class extends HTMLElement {});
});
customElements.define("a-card-shell", CardShell);

test("a bad config is refused at once, in the language of the page", () => {
  document.documentElement.lang = "es";
  expect(() => new CardShell().setConfig({ color_by: "rainbow" })).toThrow(
    'color_by debe ser score, price, no "rainbow"',
  );
});

test("the card gets a config in which nothing is left open, and each later one", async () => {
  const card = new CardShell();
  card.setConfig({ type: "custom:x" });
  document.body.append(card);
  await vi.runAllTimersAsync();
  const content = card.shadowRoot?.lastElementChild;
  expect(content).toMatchObject({ config: { type: "custom:x", color_by: "score", weather: true } });
  card.setConfig({ type: "custom:x", color_by: "price" });
  expect(content).toMatchObject({ config: { color_by: "price" } });
});

test("Home Assistant learns how large the card is", () => {
  expect(new CardShell().getCardSize()).toBe(9);
  expect(new CardShell().getGridOptions()).toEqual({ columns: "full", min_columns: 6 });
});

test("a new card says only what its form would show as empty", () => {
  expect(CardShell.getStubConfig()).toEqual({ color_by: "score" });
});

test("the form comes in the language of the page", async () => {
  document.documentElement.lang = "es";
  const { schema, computeLabel } = await CardShell.getConfigForm();
  expect(schema.map(computeLabel)).toEqual([
    "Fábrica",
    "Título",
    "Colorear por",
    "Mostrar el tiempo",
  ]);
});
