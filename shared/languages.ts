/** The languages of the page, each by its own name. The first is what a reader of none of them gets. */
export const LANGUAGES = { en: "English", ja: "日本語", ko: "한국어" } as const;

export type Language = keyof typeof LANGUAGES;
