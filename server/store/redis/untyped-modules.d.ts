declare module "*.lua" {
  const text: string;
  export default text;
}

declare module "cluster-key-slot" {
  /** Slot (0 to 16383) of a key, by its hash tag where it has one. */
  export default function calculateSlot(key: string): number;
}
