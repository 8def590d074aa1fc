import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { PricesCardConfig } from "../cards";
import { show as showCard, WIDTH } from "../chart/testing";
import type { Dashboard } from "../factory-data";
import { dashboard } from "../testing/dashboard";
import "./prices-card";

const CONFIG = { days: 8, band: true, periods: true, cheapest: 3 };
const show = (change: Partial<typeof CONFIG> = {}, data = dashboard(), language?: string) =>
  showCard<PricesCardConfig>(
    "chocolate-factory-prices-card-content",
    { ...CONFIG, ...change },
    data,
    language,
  );
const unknownFrom = (first: number): Dashboard => {
  const data = dashboard();
  const until = (column: (number | null)[]) =>
    column.map((value, index) => (index < first ? value : null));
  const { price, low, high } = data.slots;
  return {
    ...data,
    slots: { ...data.slots, price: until(price), low: until(low), high: until(high) },
  };
};

describe("the card of prices", () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: Date.parse("2026-08-05T10:00:00Z"), toFake: ["Date"] });
  });
  afterEach(() => {
    document.body.replaceChildren();
    vi.useRealTimers();
  });

  it("tells what a kilowatt-hour costs now, today and tomorrow", async () => {
    const { text } = await show();
    expect(text(".figures .first")).toBe("Now 0.1120 €/kWh P1 until 16:00");
    expect(text(".figures .lowest")).toBe("Lowest today 0.1000 at 00:00");
    expect(text(".figures .highest")).toBe("Highest today 0.1230 at 23:00");
    expect(text(".figures .tomorrow")).toBe("Tomorrow 0.1115 average, forecast");
  });

  it("names the day on which the tariff period ends, unless it is today", async () => {
    const monday = { ...dashboard(), next_period: "2026-08-10T06:00:00Z" };
    expect((await show({}, monday)).text(".figures .first .more")).toBe("P1 until Mon 08:00");
    const over = { ...dashboard(), next_period: "2026-08-05T09:00:00Z" };
    expect((await show({}, over)).text(".figures .first .more")).toBe("P1");
  });

  it("lists the cheapest stretch of each day, the best of all in bold", async () => {
    const { root, text } = await show();
    expect(root.querySelectorAll(".stretches li")).toHaveLength(7);
    expect(text(".stretches h3")).toBe("Cheapest 3 h of each day, in €/kWh");
    expect(text(".stretches li")).toBe("Wed 5 12:00–15:00 0.1130 €/kWh");
    expect(text(".stretches .best")).toBe("Thu 6 00:00–03:00 0.1010 €/kWh");
    expect(text(".stretches li:last-child")).toContain("≈ 0.1010 €/kWh, forecast");
  });

  it("draws what is published and what is forecast, with its band and the periods", async () => {
    const { root } = await show();
    expect(root.querySelectorAll(".chart path.line.known")).toHaveLength(1);
    expect(root.querySelectorAll(".chart path.line.forecast")).toHaveLength(1);
    expect(root.querySelector(".chart path.band")?.getAttribute("d")).toContain("Z");
    expect(root.querySelectorAll(".chart .period").length).toBeGreaterThan(192);
    expect(root.querySelector(".chart .now")).not.toBeNull();
  });

  it("leaves out what the options say", async () => {
    const { root, text } = await show({ days: 2, band: false, periods: false, cheapest: 1 });
    expect(root.querySelector(".chart path.band")).toBeNull();
    expect(root.querySelector(".period")).toBeNull();
    expect(root.querySelectorAll(".stretches li")).toHaveLength(1);
    expect(text(".legend")).toBe("published cheapest");
  });

  it("goes from slot to slot with keys, and tells all of each", async () => {
    const { card, root, text } = await show();
    const control = root.querySelector("input");
    if (!control) throw new Error("no control");
    expect(control.getAttribute("aria-label")).toBe("Price by the hour");
    expect(control.value).toBe("36");
    control.dispatchEvent(new Event("focus"));
    await card.updateComplete;
    expect(text(".tip")).toBe("Wed 5, 12:00–13:00 0.1120 €/kWh P1 · published");
    control.value = "191";
    control.dispatchEvent(new Event("input"));
    await card.updateComplete;
    expect(control.getAttribute("aria-valuetext")).toBe(
      "Tuesday 11 August, 23:00–00:00, 0.1230 €/kWh, 0.1130 to 0.1330 (10–90 %), P3, forecast",
    );
    // Said once: as the value, not as news as well.
    expect(text("[role=status]")).toBe("");
    for (const [key, value] of [
      ["PageDown", "167"],
      ["PageUp", "191"],
    ] as const) {
      control.dispatchEvent(new KeyboardEvent("keydown", { key }));
      await card.updateComplete;
      expect(control.value).toBe(value);
    }
    control.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape" }));
    await card.updateComplete;
    expect(root.querySelector(".tip")).toBeNull();
  });

  it("tells what a finger points at aloud, and a mouse without a word", async () => {
    const { card, root, text } = await show();
    const chart = root.querySelector(".chart");
    const point = async (type: string, pointerType: string, clientX = WIDTH - 2) => {
      chart?.dispatchEvent(new PointerEvent(type, { pointerType, clientX, bubbles: true }));
      await card.updateComplete;
    };
    await point("pointermove", "mouse");
    expect(text(".tip")).toContain("Tue 11, 23:00–00:00");
    expect(text("[role=status]")).toBe("");
    await point("pointerleave", "mouse");
    expect(root.querySelector(".tip")).toBeNull();
    await point("pointerdown", "touch");
    await point("pointerleave", "touch");
    expect(text("[role=status]")).toContain("Tuesday 11 August, 23:00–00:00, 0.1230 €/kWh");
    document.body.dispatchEvent(new PointerEvent("pointerdown", { bubbles: true }));
    await card.updateComplete;
    expect(root.querySelector(".tip")).toBeNull();
  });

  it("keeps pointing at the same instant when the data move on", async () => {
    const { card, root, text, push } = await show();
    const control = root.querySelector("input");
    if (!control) throw new Error("no control");
    control.value = "100";
    control.dispatchEvent(new Event("input"));
    await card.updateComplete;
    const before = text(".tip");
    await push(dashboard({ first: "2026-08-04T22:00:00+00:00" }));
    expect(text(".tip").slice(0, 18)).toBe(before.slice(0, 18));
    expect(control.value).toBe("76");
  });

  it("says that there is no forecast yet", async () => {
    const { text } = await show({}, unknownFrom(48));
    expect(text(".nothing")).toBe("No forecast yet");
    expect(text(".figures .tomorrow")).toBe("Tomorrow – not known yet");
  });

  it("says that no price is known, and offers nothing to point at", async () => {
    const { root, text } = await show({}, unknownFrom(0));
    expect(text(".nothing")).toBe("No prices are known yet.");
    expect(root.querySelector("input")).toBeNull();
    expect(root.querySelector(".stretches")).toBeNull();
  });

  it("says how wrong forecasts were, if any was checked", async () => {
    const { text, push } = await show();
    expect(text(".error")).toContain("0.0120 €/kWh off on average; the prices of the week before");
    const data = dashboard();
    const nothing = { error: null, weekly_naive: null, hours: 0 };
    await push({ ...data, prices: { ...data.prices, forecast_error: nothing } });
    expect(text(".error")).toBe("");
  });

  it("speaks Spanish, with a comma", async () => {
    const { text } = await show({}, dashboard(), "es");
    expect(text(".figures .first")).toBe("Ahora 0,1120 €/kWh P1 hasta las 16:00");
  });
});
