import { beforeEach, describe, expect, it, vi } from "vitest";
import { heightOf, remember } from "./place";

beforeEach(() => localStorage.clear());

describe("the place of a card", () => {
  it("is as tall as the card was when it was about as wide", () => {
    expect(heightOf("week", 480)).toBeUndefined();
    remember("week", 480, 600);
    remember("week", 440, 640);
    expect(heightOf("week", 480)).toBe(600);
    expect(heightOf("week", 450)).toBe(640);
    expect(heightOf("week", 320)).toBeUndefined();
    expect(heightOf("now", 480)).toBeUndefined();
    remember("week", 480, 610);
    expect(heightOf("week", 480)).toBe(610);
  });

  it("is another one on another dashboard", () => {
    history.pushState(null, "", "/one");
    remember("week", 480, 600);
    history.pushState(null, "", "/one/view");
    expect(heightOf("week", 480)).toBe(600);
    history.pushState(null, "", "/other");
    expect(heightOf("week", 480)).toBeUndefined();
  });

  it("is forgotten when many others came after it", () => {
    for (let width = 0; width < 10_000; width += 100) remember("week", width, 600);
    expect(heightOf("week", 1000)).toBeUndefined();
    expect(heightOf("week", 9000)).toBe(600);
  });

  it.each(["{", "{}", "1"])("is not known where %s was kept", (kept) => {
    localStorage.setItem("chocolate-factory-heights", kept);
    expect(heightOf("week", 480)).toBeUndefined();
  });

  it("is not kept where nothing can be kept", () => {
    const refuse = () => {
      throw new Error("full");
    };
    vi.stubGlobal("localStorage", { getItem: refuse, setItem: refuse });
    expect(() => remember("week", 480, 600)).not.toThrow();
    expect(heightOf("week", 480)).toBeUndefined();
  });
});
