import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Dashboard } from "../factory-data";
import { dashboard } from "../testing/dashboard";
import { factories, far } from "../testing/far-hass";
import { NowCard } from "./now-card";

const NOW = "2026-08-05T10:20:00+00:00";

describe("the card of now", () => {
  let data: Dashboard;
  let card: NowCard;

  const texts = (selector: string) =>
    [...(card.shadowRoot?.querySelectorAll(selector) ?? [])].map((one) =>
      one.textContent?.replace(/\s+/g, " ").trim(),
    );

  async function show() {
    const { hass } = far({ factories: factories("Obrador"), dashboard: data });
    hass.localize = (key) => key.split(".").at(-1) ?? "";
    card = new NowCard();
    card.hass = hass;
    card.config = { type: "" };
    document.body.append(card);
    await vi.advanceTimersByTimeAsync(0);
  }

  beforeEach(() => {
    vi.useFakeTimers({ now: Date.parse(NOW) });
    data = dashboard({ now: NOW, first: "2026-08-05T10:00:00+00:00", slots: 5 });
    data.slots.recommendation = [3, 3, 1, 1, 1];
    data.slots.reasons = [[0, 1], [], [], [], []];
  });
  afterEach(() => {
    card.remove();
    vi.useRealTimers();
  });

  it("says what to do, until when, for how long, and who says so", async () => {
    await show();
    expect(texts(".advice.halt .word")).toEqual(["halt"]);
    expect(texts(".until")).toEqual(["until 14:00 1 h 40 min"]);
    expect(texts(".engine")[0]).toContain("The rule says so");
  });

  it("changes with the clock alone", async () => {
    await show();
    await vi.advanceTimersByTimeAsync(100 * 60_000);
    expect(texts(".word")).toEqual(["moderate"]);
    expect(texts(".until")).toEqual(["until further notice"]);
  });

  it("tells apart what speaks for it and what against it", async () => {
    data.reasons = ["price_bad", "heat_good"];
    await show();
    expect(texts("li")[0]).toContain("Against:");
  });

  it("says when the next optimal window is, how long and how dear", async () => {
    await show();
    expect(texts(".chance .when")).toEqual(["14:20 – 17:20"]);
    expect(texts(".chance p:last-child")).toEqual(["3 h · 0.1000 €/kWh · in 2 h"]);
  });

  it("says that nothing is known instead of showing what is over", async () => {
    await show();
    await vi.advanceTimersByTimeAsync(6 * 3_600_000);
    expect(texts(".word")).toEqual(["No recommendation"]);
    expect(texts(".chance")).toEqual(["Next optimal window None in sight this week"]);
    expect(texts(".note")).toHaveLength(1);
  });

  it("says so if nothing is known of the room", async () => {
    data.comfort.now = null;
    await show();
    expect(texts(".figure")[1]).toContain("Unknown");
  });
});
