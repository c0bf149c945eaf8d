import { isPseudonym } from '../pseudonyms/pseudonym.ts';

/**
 * Vendor and product of a USB device, which Chromium puts at the end of the label: ` (046d:085e)`. They name a model,
 * not the device of a person. The ids are assigned by the USB Implementers Forum.
 */
const USB_ID = / ?(\([\da-f]{4}:[\da-f]{4}\))$/i;
/** The length of ` (046d:085e)`. */
const MAX_LENGTH = 12;

/** The USB id at the end of a label as it stands behind a pseudonym, with a space and in lower case; '' without one. */
export function usbIdAtEnd(label: string): string {
  const id = USB_ID.exec(label.slice(-MAX_LENGTH))?.[1];
  return id === undefined ? '' : ` ${id.toLowerCase()}`;
}

/** The pseudonym if the label is one with a USB id behind it, so that it has been anonymized before. */
export function pseudonymBeforeUsbId(label: string): string | undefined {
  if (usbIdAtEnd(label) === '') return undefined;
  const name = label.slice(0, -MAX_LENGTH);
  return isPseudonym(name) ? name : undefined;
}
