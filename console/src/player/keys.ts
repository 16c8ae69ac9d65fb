/** The keys of the player, anywhere in the console while something is under the needle. */
import { useEffect } from 'react';
import { player } from './player.ts';

const STEP_MS = 5000;
const LEAP_MS = 10_000;

/** Where a key belongs to the element itself. */
const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  target.closest('input, textarea, select, [contenteditable], [role="listbox"], [role="menu"]') !==
    null;
const isPressable = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && target.closest('button, a, summary, [role="slider"]') !== null;

const acts: Readonly<Record<string, () => void>> = {
  k: () => player.toggle(),
  j: () => player.step(-LEAP_MS),
  l: () => player.step(LEAP_MS),
  ArrowLeft: () => player.step(-STEP_MS),
  ArrowRight: () => player.step(STEP_MS),
  Home: () => player.seek(0),
  a: () => player.loopFrom(),
  b: () => player.loopTo(),
  c: () => player.endLoop(),
  s: () => player.toggleSkipping(),
  '<': () => player.stepRate(-1),
  '>': () => player.stepRate(1),
};

const actOf = (event: KeyboardEvent): (() => void) | undefined => {
  if (event.key === ' ') return isPressable(event.target) ? undefined : () => player.toggle();
  if (event.key === '1' || event.key === '2') {
    const place = event.key === '1' ? 0 : 1;
    return () => player.toggleMute(player.soundAt(place));
  }
  if (/^(Arrow|Home)/.test(event.key) && isPressable(event.target)) return undefined;
  return acts[event.key.length === 1 ? event.key.toLowerCase() : event.key];
};

export const usePlayerKeys = (): void => {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (!player.state().listening || isTyping(event.target)) return;
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      const act = actOf(event);
      if (!act) return;
      event.preventDefault();
      act();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
};
