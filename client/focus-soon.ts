/**
 * Puts the cursor into the field with this id, behind what is written there; once the change just made is drawn, because
 * the field may not exist before. That is in the same turn (`store.ts`): who types fast must not write into the old field.
 */
export function focusSoon(id: string): void {
  queueMicrotask(() => {
    const field = document.getElementById(id);
    field?.focus();
    if (field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement) {
      field.setSelectionRange(field.value.length, field.value.length);
    }
  });
}
