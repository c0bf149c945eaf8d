import type { Clicks } from './clicks.ts';

/**
 * Uses every control of the page that is open: clicks buttons, links, legends and summaries, chooses each option of each
 * list, types into each field, and drags over each plot. Controls that appear meanwhile are used, too. After a link to
 * another page it goes back.
 *
 * The function runs in the browser as text, so it can use nothing from outside.
 *
 * @param skipped names of controls that are not used
 * @param opened links that need not be opened again
 */
export async function clickEverything(skipped: readonly string[], opened: readonly string[]): Promise<Clicks> {
  const MAX_CONTROLS = 1500;
  const SELECTOR =
    'main a[href], main button, main input, main select, main textarea, main summary, main .u-series, main .u-over';
  const SETTLE_MS = 80;
  const TEXTS = ['a', '/relay', '[', ''];
  const used = new Map<string, string>();
  const links = new Set(opened);
  const faults: string[] = [];

  /** Sooner than a timer, which waits for 4 ms or more. */
  const pause = (): Promise<void> =>
    new Promise((resolve) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => resolve();
      port2.postMessage(null);
    });

  const wait = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

  const loaded = async (): Promise<void> => {
    for (let at = 0; document.querySelector('main .loading') !== null; at++) {
      if (at === 1000) throw new Error(`${location.pathname} keeps loading`);
      await wait(5);
    }
  };

  const nameOf = (element: Element): string => {
    const label = element.getAttribute('aria-label') ?? element.closest('label')?.textContent ?? element.textContent;
    return `${element.tagName.toLowerCase()} ${label.trim().replace(/\s+/g, ' ').slice(0, 80)}`;
  };

  /** Elements are mounted again when the page changes, so they are known by name and position among equal names. */
  const next = (): { readonly name: string; readonly element: HTMLElement } | undefined => {
    const counts = new Map<string, number>();
    for (const element of document.querySelectorAll<HTMLElement>(SELECTOR)) {
      const name = nameOf(element);
      const count = (counts.get(name) ?? 0) + 1;
      counts.set(name, count);
      const key = `${location.pathname} ${name} ${count}`;
      if (used.has(key) || !element.checkVisibility()) continue;
      used.set(key, name);
      if (skipped.some((text) => name.endsWith(` ${text}`)) || element.matches(':disabled')) continue;
      return { name, element };
    }
    return undefined;
  };

  const setValue = async (element: HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement, value: string) => {
    // React overrides the property of the element, and would not notice the change.
    Object.getOwnPropertyDescriptor(Object.getPrototypeOf(element), 'value')!.set!.call(element, value);
    element.dispatchEvent(new Event(element instanceof HTMLSelectElement ? 'change' : 'input', { bubbles: true }));
    await pause();
  };

  const drag = async (element: HTMLElement): Promise<void> => {
    const { left, top, width } = element.getBoundingClientRect();
    const mouse = (type: string, part: number): void => {
      const clientX = left + width * part;
      element.dispatchEvent(new MouseEvent(type, { clientX, clientY: top + 20, bubbles: true, view: window }));
    };
    mouse('mousemove', 0.3);
    mouse('mousedown', 0.3);
    mouse('mousemove', 0.6);
    mouse('mouseup', 0.6);
    await pause();
    mouse('dblclick', 0.6);
    mouse('mouseleave', 0.6);
  };

  const use = async (element: HTMLElement): Promise<void> => {
    if (element instanceof HTMLSelectElement) {
      const before = element.value;
      for (const value of [...element.options].map((option) => option.value)) await setValue(element, value);
      await setValue(element, before);
    } else if (element instanceof HTMLInputElement && ['checkbox', 'radio'].includes(element.type)) {
      element.click();
      await pause();
      if (element.type === 'checkbox') element.click();
    } else if (element instanceof HTMLTextAreaElement || element instanceof HTMLInputElement) {
      if (element.type === 'file' || element.type === 'datetime-local') return;
      const before = element.value;
      for (const text of [...TEXTS, before]) await setValue(element, text);
    } else if (element.matches('.u-over')) {
      await drag(element);
    } else if (element.matches('.u-series')) {
      element.querySelector('th')?.click();
    } else if (element instanceof HTMLAnchorElement) {
      const { href, target } = element;
      if (links.has(href) || target !== '' || element.hasAttribute('download')) return;
      links.add(href);
      element.click();
    } else {
      element.click();
    }
  };

  const check = (name: string): void => {
    const crash = document.querySelector('[data-crash]');
    if (crash !== null) faults.push(`${location.pathname}, ${name}: ${crash.textContent}`);
    if ((document.querySelector('main')?.innerText.trim() ?? '') === '') faults.push(`empty page after ${name}`);
  };

  const home = location.pathname;
  await loaded();
  while (faults.length === 0 && used.size <= MAX_CONTROLS) {
    let control = next();
    if (control === undefined) {
      // An answer of the gateway or of the worker may bring more controls.
      await wait(SETTLE_MS);
      await loaded();
      check('the last control');
      control = next();
      if (control === undefined) break;
    }
    await use(control.element);
    await pause();
    check(control.name);
    if (location.pathname !== home) {
      history.back();
      while (location.pathname !== home) await wait(5);
      await loaded();
    }
  }
  if (used.size > MAX_CONTROLS) faults.push(`more than ${MAX_CONTROLS} controls`);
  return { used: [...used.values()], opened: [...links], faults };
}
