/** 나중에 보고 인쇄하는 결과 페이지와 그 그림. */
import type { results as english } from "../en/results.ts";
import { everyPage } from "./every-page.ts";

const { number } = everyPage;

/** 시각과 시간대. 따로 주지 않으면 읽는 사람의 시간대. `at`: 에포크 밀리초. */
function moment(at: number, timeZone?: "UTC"): string {
  return new Date(at).toLocaleString("ko", {
    day: "numeric",
    month: "long",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
    timeZoneName: "short",
    ...(timeZone && { timeZone }),
  });
}

/** 날짜를 따로 보여 주는 곳의 시각. */
function clock(at: number, timeZone?: "UTC"): string {
  return new Date(at).toLocaleString("ko", {
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
    ...(timeZone && { timeZone, timeZoneName: "short" }),
  });
}

/** 추이 한 칸의 길이. */
function span(ms: number): string {
  const seconds = Math.max(1, Math.round(ms / 1000));
  if (seconds < 90) return `${seconds}초`;
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `${minutes}분` : `${Math.round(minutes / 60)}시간`;
}

/** 부호와 함께: `+12.5`, `−3`, `0`. */
function signed(change: number): string {
  if (change === 0) return "0";
  return `${change > 0 ? "+" : "−"}${number(Math.abs(change))}`;
}

export const results: typeof english = {
  title: "결과",
  moment,
  clock,
  signed,

  soFar: "중간 결과",
  opened: "시작",
  closed: "마감",
  closes: "마감 예정",
  openedOn: (when) => `시작: ${when}`,
  closedOn: (when) => `마감: ${when}`,
  joined: "참여",
  here: "접속 중",
  voted: "투표",

  isFinal: "최종 결과입니다. 더 이상 바뀌지 않습니다.",
  isCounting: "집계 중입니다. 마감 직전에 도착한 표가 더해질 수 있습니다.",
  isSoFar: "중간 결과입니다. 투표가 진행 중이므로 바뀔 수 있습니다.",
  isDraft: "이 질문은 아직 시작되지 않았습니다.",
  readAgain: "다시 보기",

  tableCaption: "선택지별 표",
  option: "선택지",
  votesColumn: "표",
  percentColumn: "투표자 대비 비율",
  averageRow: "평균",
  votersRow: "투표자",
  lastTime: "지난번",
  change: "변화",
  notLastTime: "새로 추가",

  timelineTitle: "시간별 투표",
  peak: (most, step) => `가장 많을 때는 ${span(step)} 동안 ${number(most)}표였고, 시작 시각은`,
  peakEnd: "입니다.",
  timelineAbout: (total) => `유효한 ${number(total)}표를 투표한 시각별로 나타냅니다.`,
  noTimeline: "시간별 투표 기록이 더 이상 남아 있지 않습니다.",

  oncePerBrowser:
    "브라우저 하나에 한 표입니다. 브라우저가 두 개면 두 번 투표할 수 있으므로, 강연이나 수업에는 알맞지만 선거에는 알맞지 않습니다.",
  nobodyNamed: "누가 무엇을 골랐는지는 이 페이지에도 파일에도 없습니다.",

  previous: "지난번의 같은 질문",
  waysTitle: "다른 페이지",
  toPoll: "질문으로",
  backToRoom: "방으로 돌아가기",
  toRoom: "이 방의 모든 결과",
  toHost: "진행하기",
  details: "이 질문의 자세한 결과",
  questions: "질문",
  nothingAsked: "이 방에서는 아직 질문을 내지 않았습니다.",

  takeAway: "내려받기",
  print: "인쇄",
  csv: "표(CSV)",
  json: "전체 데이터(JSON)",
  svg: "그림(SVG)",
  png: "그림(PNG)",
  failed: "가져오지 못했습니다. 다시 시도해 주세요.",

  historyTitle: "진행 기록",
  history: {
    created: "만듦",
    rewritten: "내용 변경",
    opened: "시작",
    closed: "마감",
    extended: "연장",
    hidden: "결과 숨김",
    revealed: "결과 공개",
    removed: "삭제",
  },
  byHost: "호스트가",
  byClock: "시간이 되어",
};
