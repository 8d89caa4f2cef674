import { effect } from '@preact/signals';
import type { RefObject } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';

/**
 * For what changes ten times a second in many places: `prepare` finds the places once, and the painter
 * that it returns runs now and whenever a signal that it reads has changed, past the virtual document.
 * Its component must not render what it paints.
 */
export function usePainted<E extends HTMLElement>(
  prepare: (element: E) => () => void,
  inputs: readonly unknown[],
): RefObject<E | null> {
  const element = useRef<E>(null);
  useLayoutEffect(() => effect(prepare(element.current!)), inputs);
  return element;
}
