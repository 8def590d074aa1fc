import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Dashboard } from "../factory-data";
import { dashboard } from "../testing/dashboard";
import { type Far, factories, far } from "../testing/far-hass";
import { HealthCard } from "./health-card";

const tick = () => new Promise((resolve) => setTimeout(resolve));

describe("the card of the data", () => {
  let home: Far;
  let data: Dashboard;
  let card: HealthCard;

  const all = (selector: string) => [...(card.shadowRoot?.querySelectorAll(selector) ?? [])];
  const texts = (selector: string) =>
    all(selector).map((one) => one.textContent?.replace(/\s+/g, " ").trim());
  const press = async (label: string) => {
    const said = (one: Element) => one.textContent?.replace(/\s+/g, " ") ?? "";
    const button = all("button").find((one) => said(one).includes(label));
    (button as HTMLButtonElement).click();
    await tick();
  };

  async function show(isAdmin = true, actions = true) {
    home = far({ factories: factories("Obrador"), dashboard: data }, isAdmin);
    card = new HealthCard();
    card.hass = home.hass;
    card.config = { type: "", actions };
    document.body.append(card);
    await tick();
  }

  beforeEach(() => {
    data = dashboard();
  });
  afterEach(() => card.remove());

  it("has buttons for admins, and only if they are wanted", async () => {
    await show(false);
    expect(texts("button")).toEqual([]);
    card.remove();
    await show(true, false);
    expect(texts("button")).toEqual([]);
    card.remove();
    await show();
    expect(texts("button")).toEqual(["Fetch now", "Fill gaps", "Train"]);
  });

  it("asks for the last thirty days, whatever the length of their gaps", async () => {
    await show();
    vi.mocked(home.hass.callService).mockResolvedValue({
      response: { series: { pvpc: { missing_slots: 3 }, spot: { missing_slots: 4 } } },
    });
    await press("Fill gaps");
    expect(home.hass.callService).toHaveBeenCalledExactlyOnceWith(
      "chocolate_factory",
      "backfill_gaps",
      { config_entry_id: "obrador", days_back: 30, include_larger: true },
      undefined,
      false,
      true,
    );
    expect(texts(".news")).toEqual(["Being filled; values missing: 7."]);
  });

  it("says when the gaps that somebody had filled are filled", async () => {
    await show();
    vi.mocked(home.hass.callService).mockResolvedValue({
      response: { series: { pvpc: { missing_slots: 3 } } },
    });
    await press("Fill gaps");
    const send = async (isFilling: boolean) => {
      const next = dashboard();
      next.history.is_filling = isFilling;
      home.send({ factories: factories("Obrador"), dashboard: next });
      await tick();
    };
    await send(true);
    expect(texts(".news")).toEqual(["Being filled; values missing: 3."]);
    await send(false);
    expect(texts(".news")).toEqual(["All gaps are filled."]);
  });

  it("takes no second press while it works", async () => {
    await show();
    vi.mocked(home.hass.callService).mockReturnValue(new Promise(() => {}));
    await press("Fetch now");
    await press("Fetching…");
    expect(home.hass.callService).toHaveBeenCalledOnce();
    expect(all("button").map((one) => one.getAttribute("aria-disabled"))).toEqual([
      "true",
      "false",
      "false",
    ]);
  });

  it("shows how far a training is that somebody else began", async () => {
    data.models = { ...data.models, running: true, progress: 0.42 };
    await show();
    await press("Training… 42 %");
    expect(home.hass.callService).not.toHaveBeenCalled();
  });

  it("says what went wrong, and can be asked again", async () => {
    await show();
    vi.mocked(home.hass.callService).mockRejectedValue({ code: "unknown_error", message: "boom" });
    await press("Train");
    expect(texts(".news.bad")).toEqual(["That did not work. The log of Home Assistant says why."]);
    expect(texts("button")).toContain("Train");
  });

  it("tells each day of a series to the keyboard", async () => {
    data.history.series[0]?.days.splice(28, 2, 50, null);
    await show();
    const strip = all(".strip")[0] as HTMLElement;
    const key = async (name: string) => {
      strip.dispatchEvent(new KeyboardEvent("keydown", { key: name }));
      await tick();
      return strip.getAttribute("aria-valuetext");
    };
    expect(strip.getAttribute("aria-valuetext")).toBe("Wednesday, August 5: nothing due");
    expect(await key("ArrowLeft")).toBe("Tuesday, August 4: 50 %");
    expect(await key("Home")).toBe("Tuesday, July 7: 100 %");
    expect(await key("ArrowLeft")).toBe("Tuesday, July 7: 100 %");
    expect(texts(".axis")).toEqual(["Tuesday, July 7: 100 %"]);
  });

  it("shows a reason that it does not know as it comes", async () => {
    data.health = { status: "degraded", reasons: ["disk_low", "unheard_of: x"], sources: [] };
    await show();
    expect(texts(".status li")).toEqual(["The disk is nearly full.", "unheard_of: x"]);
  });
});
