import { html } from "lit";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { CardConfig } from "../cards";
import type { Message } from "../factory-data";
import type { Hass } from "../hass";
import { dashboard } from "../testing/dashboard";
import { FactoryCard } from "./factory-card";
import { STALE_AFTER } from "./feed";
import type { View } from "./view";

const NOON = "2026-08-05T10:00:00+00:00";

class TestCard extends FactoryCard {
  protected readonly heading = "week.title";
  drawn = 0;

  protected override content(view: View) {
    this.drawn++;
    return html`<p>${view.data.factory.title}</p>`;
  }
}
customElements.define("test-card", TestCard);

describe("the frame of all cards", () => {
  let send: (message: Message) => void;
  let isOpen: boolean;
  let hass: Hass;
  let card: TestCard;

  beforeEach(async () => {
    vi.useFakeTimers({ now: Date.parse(NOON), toFake: ["Date", "setTimeout", "clearTimeout"] });
    const connection = {
      connected: true,
      subscribeMessage: async (callback: (message: Message) => void) => {
        send = callback;
        isOpen = true;
        return async () => {
          isOpen = false;
        };
      },
      addEventListener: () => {},
      removeEventListener: () => {},
    };
    const locale = { language: "en", number_format: "language", time_format: "language" };
    hass = {
      connection,
      locale,
      language: "en",
      localize: () => "",
      themes: { darkMode: false },
    } as unknown as Hass;
    card = document.createElement("test-card") as TestCard;
    card.hass = hass;
    card.config = { type: "custom:test-card" } as CardConfig;
    document.body.append(card);
    await card.updateComplete;
  });

  afterEach(() => {
    card.remove();
    vi.useRealTimers();
    Reflect.deleteProperty(document, "hidden");
  });

  const show = async (change: Partial<Message> = {}) => {
    send({
      factories: [{ id: "obrador", title: "Obrador", is_loaded: true }],
      dashboard: dashboard(),
      ...change,
    });
    await card.updateComplete;
  };
  const text = () => card.shadowRoot?.textContent?.replace(/\s+/g, " ").trim() ?? "";
  const hide = (isHidden: boolean) => {
    Object.defineProperty(document, "hidden", { value: isHidden, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
  };

  it("keeps the place of what is to come", async () => {
    expect(card.shadowRoot?.querySelector(".skeleton")?.getAttribute("aria-label")).toBe("Loading");
    await show();
    expect(text()).toContain("Obrador");
    expect(card.shadowRoot?.querySelector(".skeleton")).toBeNull();
  });

  it("says that there is no factory, or that it does not run", async () => {
    await show({ factories: [], dashboard: null });
    expect(text()).toContain("No factory is set up");
    await show({ dashboard: null });
    expect(text()).toContain("The factory is not running");
    card.config = { type: "custom:test-card", factory: "gone" };
    await card.updateComplete;
    await show({ dashboard: null });
    expect(text()).toContain("This factory is no more");
  });

  it("says since when it is not up to date", async () => {
    await show();
    expect(text()).not.toContain("Not up to date");
    vi.setSystemTime(Date.parse(NOON) + STALE_AFTER + 60_000);
    await vi.advanceTimersByTimeAsync(60_000);
    await card.updateComplete;
    expect(text()).toMatch(/Not up to date: as of .*12:00/);
  });

  it("draws nothing for entities of others, though they change every second", async () => {
    await show();
    const { drawn } = card;
    card.hass = { ...hass, states: {} };
    await card.updateComplete;
    expect(card.drawn).toBe(drawn);
    card.hass = { ...hass, themes: { darkMode: true } };
    await card.updateComplete;
    expect(card.drawn).toBe(drawn + 1);
    expect(card.hasAttribute("dark")).toBe(true);
  });

  it("is dark where text is light, whatever the theme says of itself", async () => {
    await show();
    expect(card.hasAttribute("dark")).toBe(false);
    card.style.color = "rgb(232, 238, 252)";
    card.hass = { ...hass, themes: { darkMode: false } };
    await card.updateComplete;
    expect(card.hasAttribute("dark")).toBe(true);
  });

  it("draws nothing while nobody looks, and once when somebody does", async () => {
    await show();
    const { drawn } = card;
    hide(true);
    for (let number = 0; number < 5; number++) await show();
    await vi.advanceTimersByTimeAsync(600_000);
    expect(card.drawn).toBe(drawn);
    hide(false);
    card.hass = { ...hass };
    await card.updateComplete;
    expect(card.drawn).toBe(drawn + 1);
  });

  it("listens only as long as it is on the page", async () => {
    await show();
    card.remove();
    await vi.advanceTimersByTimeAsync(0);
    expect(isOpen).toBe(false);
    document.body.append(card);
    await card.updateComplete;
    await show();
    expect(isOpen).toBe(true);
  });
});
