/* outbox.pml: does the customer get every row, in order, and does an agent learn of
 * every row that the customer did not get?
 *
 * One conversation's outbox. `Conversation` commits rows (bot, status, agent) while
 * the holder changes; two workers of `deliver` serve one FIFO group; the provider
 * answers, refuses, stays silent or hangs up after accepting; hints are lost and come
 * twice; dead letters happen to good rows and to rows that kill the worker.
 *
 * - A commit is one transaction: the row, the conversation item and `due` in the
 *   delivery item. `due_current` stands for the delivery item's version, as `current`
 *   does in handoff.pml. The sweep pushes a hint whenever `due` is set, so losing a
 *   hint costs nothing and is not counted as a fault.
 * - Before a worker sends a row again, after a death, it notes that it came as far as
 *   that row (`attempted`; here always, which is more often). It cannot act after its time limit,
 *   which ends before the hint becomes visible again: it has the group's `lock`, or
 *   it is dead.
 * - `seen` and `entries` count here only the notices of delivery: an undeliverable row
 *   (and a skipped answer) takes an entry, so that an agent cannot resolve past it.
 * - Handrail sends every answer. -DSKIP models the other choice, not sending the bot's
 *   answers that an agent's claim overtook: sound, at the price of three more rules.
 *
 * Each -DN_... takes one rule away and must FAIL. -DLATE lets the provider accept a
 * request after we gave it up: a limit, FAILS unless the provider keeps ids (-DIDEM).
 */
#ifndef ROWS
#define ROWS 3
#endif
#ifndef FAULTS
#define FAULTS 2
#endif
#define ROW(x)    (1 << (x))
#define BEFORE(x) ((1 << (x)) - 1)
#define SETTLED   (arrived | skipped | undeliverable)

mtype = { bot, waiting, agent, closed };          /* holder */
mtype = { answer, status, word };                 /* row of the bot, of ours, of an agent */

/* ---- the conversation item and the outbox --------------------------------- */
mtype holder = waiting;
byte epoch = 0, entries = 0, seen = 0;
bool replied = false;
byte rows = 0;
mtype kind[ROWS];
byte row_epoch[ROWS];
byte skipped = 0, undeliverable = 0, attempted = 0;
/* ---- the delivery item ---------------------------------------------------- */
byte next_row = 0;
bool due = false;
byte due_current = 0;                  /* workers whose version of it is still the version */
/* ---- the outbound queue --------------------------------------------------- */
bool hint = false;
byte lock = 0;                         /* the group's message is in flight at this worker */
bool dead_letter = false;
byte faults = FAULTS;
/* ---- ghosts --------------------------------------------------------------- */
byte arrived = 0;                      /* at the customer */
byte last = 0;                         /* newest row at the customer */
byte poison = 0;                       /* rows that kill the worker */
byte told = 0;                         /* an agent has been shown that this one did not arrive */
byte missed = 0;                       /* counted as unreachable: the supervisor is shown */
byte air = 0;                          /* given up by us, not yet by the network; row + 1 */

inline spend() { faults > 0 -> faults-- }

#if defined(N_SKIPLATE) || defined(N_SKIPSILENT) || defined(N_SKIPATTEMPTED)
#define SKIP
#endif
#ifdef N_STD                           /* a standard queue */
#define GROUP_FREE (true)
#else
#define GROUP_FREE (lock == 0)
#endif
#if defined(N_ZOMBIE) || defined(N_STD) /* visibility ends before the worker does */
#define ALIVE (true)
#else
#define ALIVE (lock == me)
#endif

#ifdef N_SKIPATTEMPTED                 /* "no receipt" is not "not sent" */
#define NEVER_TRIED(x) (true)
#else
#define NEVER_TRIED(x) (!(attempted & ROW(x)))
#endif

/* ---- commits -------------------------------------------------------------- */
inline commit_row(k) {
  kind[rows] = k; row_epoch[rows] = epoch;
  if :: faults > 0 -> spend(); poison = poison | ROW(rows) :: true fi;
  rows++; due = true; due_current = 0
}
proctype Conversation() {
end:
  do
  :: atomic { rows < ROWS && (holder == bot || holder == waiting) -> commit_row(answer) }
  :: atomic { rows < ROWS && holder == waiting -> commit_row(status) }
  :: atomic { holder == waiting && epoch < 3 -> holder = agent; epoch++; replied = false;
       told = told | (skipped | undeliverable); seen = entries }     /* shown on arrival */
  :: atomic { rows < ROWS && holder == agent -> commit_row(word); replied = true }
  :: atomic { holder == agent && seen < entries -> seen = entries;
       told = told | (skipped | undeliverable) }
  :: atomic { holder == agent && replied && seen == entries ->
       assert((told & skipped) == skipped);            /* S3: answered, or a person knows */
       holder = closed; epoch++ }
  :: atomic { holder == closed && rows < ROWS -> holder = bot; epoch++; commit_row(answer) }
  od
}

/* ---- deliver -------------------------------------------------------------- */
inline arrive(x) {
#ifdef IDEM
  if
  :: arrived & ROW(x)                  /* the provider knows this id */
  :: else -> assert(x >= last); last = x; arrived = arrived | ROW(x)
  fi
#else
  assert(x >= last);                   /* S4, S8: in order; a duplicate only beside itself */
  assert((SETTLED & BEFORE(x)) == BEFORE(x));
  last = x; arrived = arrived | ROW(x)
#endif
}
/* A row that is given up. A person must learn that an agent's word did not arrive. */
inline give_up(x) {
  undeliverable = undeliverable | ROW(x);
#ifndef N_SILENTLOSS                   /* marked, and shown to nobody */
  if
  :: holder == agent -> entries++                      /* unseen: resolve waits for it */
  :: (holder == bot || holder == closed) && kind[x] == word -> missed = missed | ROW(x)
  :: else                                              /* whoever claims next reads it */
  fi;
#endif
  next_row = x + 1; due_current = 0
}
proctype Deliver(byte me) {
  byte x = 0;
end: idle:
  atomic { hint && GROUP_FREE -> hint = false; lock = me };
next:
  atomic {
    if
    :: !(ALIVE) -> goto stop
    :: ALIVE && next_row == rows -> due_current = due_current | ROW(me); goto clear
    :: ALIVE && next_row < rows -> x = next_row
    fi;
#ifdef SKIP
    if
    :: kind[x] == answer && holder == agent && row_epoch[x] < epoch && NEVER_TRIED(x) ->
       assert(!(arrived & ROW(x)));                    /* S12: "the customer did not get it" */
#ifndef N_SKIPLATE                     /* one transaction with the item it depends on */
       skipped = skipped | ROW(x);
#ifndef N_SKIPSILENT                   /* and with a notice */
       entries++;
#endif
       next_row = x + 1; due_current = 0; goto next
#else
       goto skip_later
#endif
    :: true                                            /* or is sent all the same */
    fi;
#endif
    attempted = attempted | ROW(x)
  };
  /* the request is on its way */
  atomic {
    if
    :: !(ALIVE) -> goto stop
    :: ALIVE && (poison & ROW(x)) ->                   /* until its receives are used up */
       dead_letter = true; goto stop
    :: ALIVE && !(poison & ROW(x)) ->
       if
       :: arrive(x)                                    /* Delivered */
       :: spend(); arrive(x); goto crash               /* and no receipt */
       :: spend(); if :: arrive(x) :: true fi; goto next        /* Unknown: again */
#ifdef LATE
       :: spend(); air = x + 1; goto next              /* Unknown, and it arrives later */
#endif
       :: spend(); goto refused                        /* Permanent */
       :: spend(); goto stop                           /* Retry(after): `due` stays */
       fi
    fi
  };
  atomic {                                             /* the receipt, if it is still news */
    if
    :: !(ALIVE) -> goto stop
    :: ALIVE && next_row == x && !(undeliverable & ROW(x)) -> next_row = x + 1; due_current = 0
    :: ALIVE && (next_row != x || (undeliverable & ROW(x)))
    fi;
    goto next };
refused:
  atomic {
    if :: ALIVE && next_row == x -> give_up(x) :: else fi;
    goto next };
#ifdef N_SKIPLATE
skip_later:
  atomic { skipped = skipped | ROW(x); entries++; next_row = x + 1; due_current = 0; goto next };
#endif
clear:
  atomic {
#ifdef N_CLEARDUE                      /* nothing was left when we looked */
    due = false;
#else
    if :: due_current & ROW(me) -> due = false :: else fi;
#endif
    goto stop };
crash:
  atomic { if :: lock == me -> hint = true :: else fi };        /* visible again */
stop:
  atomic {
    if :: lock == me -> lock = 0 :: else fi;
    due_current = due_current & ~ROW(me); x = 0; goto idle }
}
/* The worker dies (or, N_ZOMBIE, does not) and its hint becomes visible again. */
proctype Visibility() {
end:
  do
  :: atomic { lock && faults > 0 -> spend(); lock = 0; hint = true }
  od
}
/* Throttling uses receives up as well, and tries nothing. */
proctype Exhaustion() {
end:
  do
  :: atomic { hint && !dead_letter && faults > 0 -> spend(); hint = false; dead_letter = true }
  od
}
#ifndef N_OUTDLQ
proctype DeadLetters() {
end:
  do
  :: atomic { dead_letter -> dead_letter = false;
       if
#ifndef N_DLQDROPS
       :: next_row < rows && (attempted & ROW(next_row)) -> give_up(next_row)
       :: else                                         /* never tried: the sweep pushes again */
#else                                  /* a dead letter is the row's fault */
       :: next_row < rows -> give_up(next_row)
       :: else
#endif
       fi }
  od
}
#endif
#ifndef N_NOSWEEP
proctype Sweep() {
end:
  do
  :: atomic { due && !hint -> hint = true }
  od
}
#else
proctype Push() {                      /* by the committer, once */
  byte pushed = 0;
end:
  do
  :: atomic { pushed < rows -> pushed = rows; if :: hint = true :: spend() fi }
  od
}
#endif
#ifdef LATE
proctype Network() {
end:
  do
  :: atomic { air -> arrive(air - 1); air = 0 }
  od
}
#endif

#define ALL_SETTLED ((SETTLED & BEFORE(rows)) == BEFORE(rows))
#ifdef LIVENESS
ltl delivered { <>[] (ALL_SETTLED) }   /* nothing circles */
#else
proctype Monitor() {
  byte x = 0;
  timeout ->
    assert(!due && next_row == rows);                  /* nothing lies */
    assert(ALL_SETTLED);
    assert((told & skipped) == skipped);
    do
    :: x < rows ->
       assert(!(skipped & ROW(x)) || kind[x] == answer);       /* never a status, never a word */
       assert(!(undeliverable & ROW(x)) || (attempted & ROW(x)));
       assert(!(undeliverable & ROW(x)) || kind[x] != word ||
              holder == waiting || ((told | missed) & ROW(x)));
       x++
    :: else -> break
    od
}
#endif
init {
  atomic {
    run Conversation(); run Deliver(1); run Deliver(2); run Visibility(); run Exhaustion();
#ifndef N_OUTDLQ
    run DeadLetters();
#endif
#ifndef N_NOSWEEP
    run Sweep();
#else
    run Push();
#endif
#ifdef LATE
    run Network();
#endif
#ifndef LIVENESS
    run Monitor()
#endif
  }
}
