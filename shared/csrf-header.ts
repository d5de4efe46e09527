/** The header that brings the CSRF token; also the path of the error by which a refusal says that it is missing or old. */
export const CSRF_HEADER = "X-CSRF-Token";
