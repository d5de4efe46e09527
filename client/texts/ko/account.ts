/** 계정 페이지. */
import type { account as english } from "../en/account.ts";
import { everyPage } from "./every-page.ts";

/** 몇 초 전인지 사람의 말로. */
function ago(seconds: number): string {
  if (seconds < 90) return "방금";
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return `${minutes}분 전`;
  const hours = Math.round(minutes / 60);
  return hours < 36 ? `${hours}시간 전` : `${Math.round(hours / 24)}일 전`;
}

/** ‘Android의 Firefox’. 모르는 것은 `null`. */
function device({ browser, system }: { browser: string | null; system: string | null }): string {
  if (!system) return browser ?? "프로그램";
  return `${system}의 ${browser ?? "브라우저"}`;
}

export const account: typeof english = {
  ago,
  device,
  complaints: {
    wrongCredentials: "이메일 또는 비밀번호가 맞지 않습니다.",
    wrongPassword: "비밀번호가 맞지 않습니다.",
    notAnEmail: "이메일 주소가 아닙니다. name@example.org처럼 입력해 주세요.",
    taken: "이 이메일로 만든 계정이 이미 있습니다. 로그인해 주세요.",
    badPassword: (least, most) => `비밀번호는 ${least}~${most}자이며 이메일 주소와 달라야 합니다.`,
    tooOften: (minutes) => `시도가 너무 많습니다. ${everyPage.number(minutes)}분 후에 다시 시도해 주세요.`,
    outOfDate: "오래된 페이지였습니다. 다시 보내 주세요.",
    signedOut: "로그인되어 있지 않습니다. 다시 로그인해 주세요.",
    endedAnew: "방금 이 계정이 모든 브라우저에서 로그아웃되었습니다. 다시 로그인해 주세요.",
    unreadable: "보낸 내용을 읽을 수 없습니다. 이 페이지의 양식에 입력해 주세요.",
  },
  done: {
    signedOut: "로그아웃했습니다.",
    signedOutEverywhere: "모든 브라우저에서 로그아웃했습니다.",
    revoked: "그 브라우저를 로그아웃했습니다.",
    password: "비밀번호를 바꿨습니다. 다른 브라우저는 로그아웃되었습니다.",
    deleted: "계정을 삭제했습니다. 투표는 남으며 호스트 링크가 있는 사람이 진행할 수 있습니다.",
  },
  pollStates: {
    draft: "시작 전",
    open: "진행 중",
    closed: "마감",
  },
  signIn: "로그인",
  signInLead:
    "내 투표를 다시 찾고 어느 브라우저에서나 진행하기 위한 것입니다. 투표만 한다면 계정이 필요 없습니다.",
  email: "이메일",
  password: "비밀번호",
  signUp: "계정 만들기",
  signUpLead: "이메일은 여기서 쓰는 이름일 뿐이며 아무것도 보내지 않습니다.",
  newPassword: "새 비밀번호",
  currentPassword: "현재 비밀번호",
  passwordHint: (least) => `${least}자 이상.`,

  title: "내 계정",
  signedInAs: "로그인한 계정:",
  signOut: "로그아웃",
  myPolls: "내 투표",
  noPolls: "로그인한 상태에서 만든 투표가 여기에 나타납니다.",
  makePoll: "투표 만들기",
  olderPolls: "이전 투표",
  voted: (count) => `${everyPage.number(count)}명 투표`,
  room: "질문 여러 개",
  steer: "진행하기",
  results: "결과",

  sessions: "로그인한 브라우저",
  thisBrowser: "이 브라우저",
  lastUsed: (seconds) => `마지막 사용: ${ago(seconds)}`,
  signOutOf: (device) => `${device} 로그아웃`,
  signOutEverywhere: "모든 브라우저에서 로그아웃",
  sessionsAway: "브라우저 목록을 지금은 읽을 수 없습니다.",
  pollsAway: "투표 목록을 지금은 읽을 수 없습니다.",

  changePassword: "비밀번호 변경",
  passwordLead: "다른 브라우저는 모두 로그아웃됩니다.",
  deleteAccount: "계정 삭제",
  deleteLead: "되돌릴 수 없습니다. 투표는 남지만 더 이상 누구의 것도 아닙니다.",

  awayTitle: "계정에 연결할 수 없습니다",
  away: "계정을 보관하는 곳이 지금 응답하지 않습니다. 투표는 계속됩니다. 잠시 후 다시 시도해 주세요.",
  tryAgain: "다시 시도",
  withoutTitle: "여기에는 계정이 없습니다",
  without: "이 서비스에는 계정이 없습니다. 투표는 계정 없이 만들고 호스트 링크로 진행할 수 있습니다.",
  formTitle: "처리하지 못했습니다",
  fallback: "서비스 일부가 지금 멈춰 있습니다. 로그인은 유지되며 조금 느려질 수 있습니다.",
};
