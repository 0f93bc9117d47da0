/* handoff.pml: who may speak in ONE conversation, and is anybody lost on the way?
 *
 * Customer and provider (retries, duplicates of any age, late and reordered
 * messages, ties of position), the inbound queue's two FIFO groups, the inbox,
 * dead letters, turns with a slow model, the sweep, heartbeats, and agents who
 * vanish, fall silent, lag behind, hand back and resolve, and a person on another
 * console who is known by echoes alone. Delivery is outbox.pml; promises, follow-ups
 * and contacts are promise.pml.
 *
 * Reading guide
 * - An atomic step on durable state is ONE TransactWriteItems. A decision reads the
 *   conversation item, decides, and writes on condition that `version` has not moved.
 *   If it has not, what was read is what is written on, so read + decide + write is
 *   one step here. If it has, nothing happens and the reader starts again, which is
 *   the same as having read later. Where a reader could be wrong about that (an
 *   eviction, a resolve, a hand back) read and write are two steps.
 * - `version` and `epoch` are only ever compared for being what they were. So instead
 *   of two growing numbers the model keeps, per reader, whether they still are:
 *   `current` (version) and `unmoved` (epoch). Every write empties the first, every
 *   change of holder both. That is exact, and keeps the states few.
 * - `faults` is one budget: any combination of at most FAULTS faults, anywhere. A crash
 *   before a commit changes nothing; a crash after it is a duplicate, which is a fault.
 * - Hints cost nothing to lose: the sweep pushes them again, so whoever waits for one
 *   may act at any moment. -DHINTS models them one by one and must agree.
 * - Ghosts (below) are never read by the protocol, only by assertions and by the world.
 *
 * Each -DN_... takes one rule away and must FAIL; README.md lists them all.
 */
#ifndef NMSG
#define NMSG 2
#endif
#ifndef LISTED                         /* check.py defines it by transitions.json */
#define LISTED(to) (true)
#endif
#ifndef FAULTS
#define FAULTS 1
#endif
#define NONE     7
#define ROW(i)   (1 << (i))
#define SWEEP    1                     /* the readers: the sweep, */
#define DESK(me) (1 << (me))           /* two agents, */
#define TURN(w)  (4 << (w))            /* two workers of `conduct` */
#ifdef N_DUAL
#define HINTS
#endif

mtype = { bot, waiting, agent, closed };          /* holder */
mtype = { question, request, never_mind, echo };  /* kind of a message */

/* ---- the conversation item ------------------------------------------------ */
mtype holder = bot;
byte unmoved = 0;                      /* readers whose `epoch` is still the epoch */
byte current = 0;                      /* readers whose `version` is still the version */
byte entries = 0;                      /* number of the newest ledger row */
byte seen    = 0;                      /* newest entry shown to the claiming agent */
byte for_person_at = 0;                /* newest position of a message that is a person's */
bool external = false;                 /* held from another console */
bool replied = false;                  /* the agent has spoken in this epoch */
bool lapsed  = false;                  /* lease < now */
bool overdue = false;                  /* reply clock < now */
bool nudged  = false;
/* ---- the ledger ----------------------------------------------------------- */
byte entry[NMSG];                      /* commit order; 0: no row yet */
byte open     = 0;                     /* rows that are a person's, and not settled */
/* ---- messages, queues, time ----------------------------------------------- */
mtype kind[NMSG];
byte position[NMSG];
chan main_group   = [NMSG + FAULTS] of { byte };
chan person_group = [NMSG + FAULTS] of { byte };
chan dead_letters = [NMSG + FAULTS] of { byte };
byte inbox = 0;                        /* rows of the second sink */
bool thinking = false;                 /* a message of the main group is in flight */
byte faults = FAULTS;
#ifdef HINTS
bool agents_hint = false, agents_push = false;
#endif
/* ---- ghosts --------------------------------------------------------------- */
byte acked = 0;                        /* the provider got its 2xx */
byte done  = 0;                        /* really answered, really shown, or withdrawn */
byte shown = 0;                        /* on the claiming agent's screen, this epoch */
byte newest = 0;                       /* newest message that is a person's, by true order, + 1 */
byte poison = 0;                       /* texts that kill every turn */
bool owed  = false;                    /* a person is owed: the open escalation */
bool left  = false;                    /* the agent's laptop is closed */
bool quiet = false;                    /* the agent is signed in and says nothing */
#ifdef N_SEENPOS
byte top_position = 0;
#endif
#ifdef N_HEARTBEATEPOCH
bool lost_window = false;              /* of a present agent who lost the conversation */
#endif

/* every row there is, as a set; one row of a non-empty set */
#if NMSG == 1
#define LEDGER (entry[0] != 0)
#define PICK(set, i) i = 0
#elif NMSG == 2
#define LEDGER ((entry[0] != 0) | ((entry[1] != 0) << 1))
#define PICK(set, i) if :: (set) & 1 -> i = 0 :: (set) & 2 -> i = 1 fi
#else
#define LEDGER ((entry[0] != 0) | ((entry[1] != 0) << 1) | ((entry[2] != 0) << 2))
#define PICK(set, i) if :: (set) & 1 -> i = 0 :: (set) & 2 -> i = 1 :: (set) & 4 -> i = 2 fi
#endif

/* ---- rules that a naive variant replaces ---------------------------------- */
#ifdef N_DEDUP                         /* trust the queue's five minutes */
#define DUPLICATE(i) (false)
#else
#define DUPLICATE(i) (entry[i] != 0)
#endif
#if defined(N_CANCELORDER)             /* a withdrawal ends whatever waits */
#define WITHDRAWS(i) (true)
#elif defined(N_CANCELTIE)             /* the withdrawal wins a tie */
#define WITHDRAWS(i) (position[i] >= for_person_at)
#else
#define WITHDRAWS(i) (position[i] > for_person_at)
#endif
#ifdef N_ECHO                          /* an echo ends whatever waits */
#define TAKES_OVER(i) (true)
#else
#define TAKES_OVER(i) (position[i] > for_person_at)
#endif
#if defined(N_SEENPOS)               /* seen counts positions, not entries */
#define ALL_SEEN (seen >= top_position)
#else
#define ALL_SEEN (seen == entries)
#endif
#ifdef N_SEENPOS
#define IS_SEEN(i) (position[i] <= seen)
#define NEWEST_ROW top_position
#else
#define IS_SEEN(i) (entry[i] <= seen)
#define NEWEST_ROW entries
#endif
#ifdef N_SEEN                          /* resolve without asking what was seen */
#define MAY_RESOLVE (true)
#else
#define MAY_RESOLVE ALL_SEEN
#endif
#ifdef N_HANDBACK                      /* hand back, and what is unseen is past */
#define MAY_HAND_BACK (true)
#else
#define MAY_HAND_BACK ALL_SEEN
#endif
#ifdef N_NOREPLY                       /* an ending without a word from the agent */
#define MAY_END (true)
#else
#define MAY_END (replied)
#endif
#if defined(N_LEASE)                   /* the desk trusts that it still holds */
#define MINE (true)
#elif defined(N_OWNERONLY)             /* the agent's name, not the epoch: two windows */
#define MINE (holder == agent)
#else
#define MINE (unmoved & DESK(me))
#endif
#ifdef N_HEARTBEATEPOCH                /* any window may renew the lease */
#define LOST_WINDOW (lost_window)
#else
#define LOST_WINDOW (false)
#endif
#ifdef HINTS
#define TOLD_AGENTS (agents_hint)
#else
#define TOLD_AGENTS (holder == waiting)
#endif

/* ---- writing -------------------------------------------------------------- */
inline spend() { faults > 0 -> faults-- }
inline write() { current = 0 }                                  /* version + 1 */
inline change_holder(to) {                                      /* and epoch + 1 */
  assert(LISTED(to));                  /* transitions.json knows it */
  holder = to; unmoved = 0; current = 0
}
inline end_tenure() {
#ifndef N_SEENCARRY                    /* what a predecessor saw counts as seen */
  seen = 0;
#endif
  shown = 0; external = false; replied = false; lapsed = false; overdue = false; nudged = false;
  left = false; quiet = false
}
/* One ledger row and its number. S6: what comes a second time changes nothing. */
inline record(i) {
  assert(entry[i] == 0);
  entries++; entry[i] = entries;
#ifdef N_SEENPOS
  if :: position[i] > top_position -> top_position = position[i] :: else fi;
#endif
#ifdef N_LEDGERVERSION                 /* a row beside the item, which does not notice */
  if :: holder == agent :: else -> write() fi
#else
  write()
#endif
}
inline open_escalation() {
  assert(!owed);                       /* S6: one open escalation */
  owed = true;
#ifdef HINTS
  agents_push = true;
#endif
  change_holder(waiting)
}
/* A message that is a person's is remembered in every holder: an old withdrawal or an old
   echo must not win over it later. */
inline for_person(i) {
  record(i); open = open | ROW(i);
#ifdef N_ASKEDONLY                     /* only what opens or repeats a request counts */
  if :: holder != agent || kind[i] == request -> remember(i) :: else fi;
#else
  remember(i);
#endif
  if :: i + 1 > newest -> newest = i + 1 :: else fi
}
inline remember(i) {
  if :: position[i] > for_person_at -> for_person_at = position[i] :: else fi
}
/* A request, a failure of ours, a dead letter: one and the same. */
inline to_person(i) {
  for_person(i);
  if
  :: holder == bot || holder == closed -> open_escalation()
  :: holder == waiting ->              /* only says that the place is kept */
#ifdef N_WAITFAIL                      /* a failed turn escalates whoever holds */
     if :: kind[i] == question -> open_escalation() :: else fi
#else
     skip
#endif
  :: holder == agent
  fi
}
/* The bot speaks in `bot` and in `waiting`; its word after an ending opens an epoch. */
inline bot_answers(i) {
  assert(holder != agent);             /* S9 */
  assert(unmoved & TURN(worker));      /* S8 */
  record(i); done = done | ROW(i);
  if :: holder == closed -> change_holder(bot) :: else fi
}
inline withdraw(i) {
  assert(holder == waiting);           /* S7: not over a claim */
  assert(i + 1 > newest);              /* S11 */
  record(i);
  owed = false; done = done | ROW(i) | open; open = 0;
  change_holder(bot)
}
/* "Never mind" is understood without a model. */
inline on_never_mind(i) {
  if
  :: holder == waiting && WITHDRAWS(i) -> withdraw(i)
  :: holder == waiting && !WITHDRAWS(i) -> record(i); done = done | ROW(i)
  :: holder == bot -> record(i); done = done | ROW(i)
  :: holder == closed -> record(i); done = done | ROW(i); change_holder(bot)
  :: holder == agent -> for_person(i)
  fi
}
/* A person answers from another console: no lease, no desk, nothing we could fence. */
inline on_echo(i) {
  record(i); done = done | ROW(i);
  if
  :: TAKES_OVER(i) ->
     assert(i + 1 > newest);           /* that person had read whatever is settled by this */
     done = done | open; open = 0; owed = false;
     if
     :: external -> write()
     :: else -> end_tenure(); change_holder(agent); external = true
     fi;
     lapsed = false;
     seen = entries
  :: else                              /* only noted */
  fi
}

/* ---- customer and provider ------------------------------------------------ */
inline enqueue(i) {
  if :: kind[i] == request -> person_group!i :: else -> main_group!i fi
}
proctype Customer() {
  byte i = 0;
  do
  :: i < NMSG ->
     atomic {
       if :: kind[i] = question :: kind[i] = request :: kind[i] = never_mind :: kind[i] = echo fi;
       if
       :: i == 0 -> position[i] = 1
       :: i > 0 -> position[i] = position[i - 1] + 1
       :: i > 0 && kind[i] != kind[i - 1] -> position[i] = position[i - 1]   /* within a second */
       fi;
       if
       :: enqueue(i)
       :: spend() -> inbox = inbox | ROW(i)            /* the queue refuses: second sink */
       :: kind[i] == question && faults > 0 -> spend(); poison = poison | ROW(i); enqueue(i)
#ifdef N_ACK
       :: spend()                                      /* 2xx first, then the crash */
#endif
       fi;
       acked = acked | ROW(i); i++
     }
  :: else -> break
  od;
  i = 0
}
/* A provider's retry after days, a redrive, a crash after the commit. */
proctype Duplicates() {
  byte i = 0;
end:
  do
  :: atomic { faults > 0 && acked -> spend(); PICK(acked, i); enqueue(i); i = 0 }
  od
}
/* Throttling and crashes use receives up. */
proctype Exhaustion() {
  byte i = 0;
end:
  do
  :: atomic { nempty(main_group) && faults > 0 -> spend(); main_group?i; dead_letters!i; i = 0 }
  :: atomic { nempty(person_group) && faults > 0 -> spend(); person_group?i; dead_letters!i; i = 0 }
  od
}
#ifndef N_DLQ
proctype DeadLetterPerson() {
  byte i = 0;
end:
  do
  :: atomic { nempty(dead_letters) -> dead_letters?i;
       if :: DUPLICATE(i) :: else -> to_person(i) fi;
       i = 0 }
  od
}
#endif

/* ---- conduct -------------------------------------------------------------- */
/* The person group waits for no turn and needs no model. */
proctype ConductPerson() {
  byte i = 0;
end:
  do
#ifndef N_CRASHTX
  :: atomic { nempty(person_group) -> person_group?i;
       if :: DUPLICATE(i) :: else -> to_person(i) fi;
       i = 0 }
#else                                  /* the row first, the holder second */
  :: atomic { nempty(person_group) -> person_group?<i>;
       if :: DUPLICATE(i) -> person_group?i; i = 0; goto end
          :: else -> for_person(i) fi };
     if
     :: atomic { spend(); i = 0; goto end }
     :: atomic {
          if :: holder == bot || holder == closed -> open_escalation() :: else fi;
          if :: person_group?[eval(i)] -> person_group?eval(i) :: else fi; i = 0 }
     fi
#endif
  od
}
inline remove(i) { if :: main_group?[eval(i)] -> main_group?eval(i) :: else fi }
inline begin_turn() { unmoved = unmoved | TURN(worker); if :: worker == 1 -> thinking = true :: else fi }

/* The main group, one at a time. Worker 2 is what a visibility time-out makes. */
proctype Conduct(byte worker) {
  byte i = 0, second = NONE;
end: idle:
  atomic {
    if
    :: worker == 1 && nempty(main_group) -> main_group?<i>
    :: worker == 2 && nempty(main_group) && thinking && faults > 0 -> spend(); main_group?<i>
    fi;
decide:
    if
    :: DUPLICATE(i) -> goto acknowledge
    :: !DUPLICATE(i) && kind[i] == echo -> on_echo(i); goto acknowledge
    :: !DUPLICATE(i) && kind[i] == never_mind ->
#ifdef N_WITHDRAWBLIND                 /* look, and write whatever has happened since */
       if :: holder == waiting && WITHDRAWS(i) -> goto blind :: else fi;
#endif
       on_never_mind(i); goto acknowledge
    :: !DUPLICATE(i) && kind[i] == question && holder == agent -> for_person(i); goto acknowledge
    :: !DUPLICATE(i) && kind[i] == question && holder != agent ->
       begin_turn();
#ifdef BURST                           /* two messages of one batch are one turn */
       if
       :: worker == 1 && len(main_group) > 1 && second == NONE ->
          remove(i); main_group?<second>;
          if
          :: second != i && kind[second] == question && !DUPLICATE(second) &&
             !(poison & (ROW(i) | ROW(second))) -> main_group?second
          :: else -> second = NONE; main_group!i; goto release   /* later, in another order */
          fi
       :: true
       fi
#endif
    fi
  };
  /* The model thinks for twenty seconds; the world goes on. */
  atomic {
    if
    :: (poison >> i) & 1 ->
       if :: main_group?[eval(i)] -> main_group?eval(i); dead_letters!i :: else fi
    :: !((poison >> i) & 1) && second == NONE ->
       if
       :: DUPLICATE(i)
#ifdef N_SEND                          /* sent as planned */
       :: !DUPLICATE(i) -> bot_answers(i)
#else
       :: !DUPLICATE(i) && !(unmoved & TURN(worker)) ->
#ifdef N_BLINDCOMMIT                   /* the old proposal in the new epoch */
          if :: holder != agent -> bot_answers(i) :: else -> goto decide fi
#else
          goto decide
#endif
       :: !DUPLICATE(i) && (unmoved & TURN(worker)) ->
          if :: bot_answers(i) :: to_person(i) fi
#endif
       fi;
       goto acknowledge
#ifdef BURST
    :: second != NONE && !DUPLICATE(i) && !DUPLICATE(second) && (unmoved & TURN(worker)) ->
       if
       :: record(second); done = done | ROW(second); bot_answers(i)   /* one reply for both */
       :: to_person(i); to_person(second)
       fi
    :: second != NONE && (DUPLICATE(i) || DUPLICATE(second) || !(unmoved & TURN(worker))) ->
#ifdef N_BURST                         /* "one row exists, so this is a duplicate" */
       if :: DUPLICATE(i) || DUPLICATE(second) -> goto release :: else fi;
#endif
       main_group!i; main_group!second                 /* decide again, one by one */
#endif
    fi;
    goto release;
acknowledge:
    remove(i);
release:
    if :: worker == 1 -> thinking = false :: else fi;
    unmoved = unmoved & ~TURN(worker); i = 0; second = NONE; goto idle
  };
#ifdef N_WITHDRAWBLIND
blind:
  atomic { withdraw(i); goto acknowledge }
#endif
}

/* ---- agents --------------------------------------------------------------- */
inline settle_seen() {                 /* an agent's word answers what that agent has seen */
  j = 0;
  do
  :: j < NMSG -> if :: IS_SEEN(j) -> open = open & ~ROW(j) :: else fi; j++
  :: else -> break
  od;
  j = 0
}
proctype Agent(byte me) {
  byte screen = 0, j = 0; bool back = false;
end: idle:
  atomic { TOLD_AGENTS ->
#ifdef HINTS
    agents_hint = false;
#endif
    if :: holder == waiting :: else -> goto idle fi;
#ifdef N_CLAIM                         /* look, then write */
  };
  atomic {
#endif
    assert(holder == waiting);         /* S7 */
    end_tenure(); change_holder(agent); unmoved = unmoved | DESK(me) };
  do
  :: atomic { MINE && shown != LEDGER && !screen ->    /* the screen shows the ledger, */
       shown = LEDGER; screen = NEWEST_ROW }
  :: atomic { MINE && screen ->                        /* and later the desk says so */
#ifdef N_SEENALL                       /* "all seen", without the number */
       screen = NEWEST_ROW;
#endif
       seen = screen; screen = 0; write() }
  :: atomic { MINE && !replied ->                      /* speaks, having read or not */
       assert(unmoved & DESK(me));                     /* S8 */
       replied = true; done = done | shown; settle_seen();
       lapsed = false; overdue = false; nudged = false; write() }
  :: atomic { MINE && MAY_END && !screen && (MAY_RESOLVE || MAY_HAND_BACK) ->
       if :: MAY_RESOLVE -> back = false :: MAY_HAND_BACK -> back = true fi;
       current = current | DESK(me) };                 /* resolves or hands back: reads, */
     atomic {                                          /* and writes */
       if :: current & DESK(me) :: else -> goto again fi;
       assert(replied);                                /* there is no other ending */
       done = done | shown; open = 0; owed = false;
       assert((done & LEDGER) == LEDGER);              /* S3: nothing ends unseen */
       if :: back -> change_holder(bot) :: else -> change_holder(closed) fi;
       end_tenure(); goto leave };
again:
     atomic { current = current & ~DESK(me); back = false }
  :: atomic { faults > 0 && (unmoved & DESK(me)) -> spend(); left = true; goto leave }
  :: atomic { faults > 0 && (unmoved & DESK(me)) && (!replied || open) ->
       spend(); quiet = true };
     atomic { !(unmoved & DESK(me)) -> goto leave }
  :: atomic { !(MINE) ->
leave:
       unmoved = unmoved & ~DESK(me); screen = 0; back = false; goto idle }
  od
}
/* The desk of a present agent renews the lease. */
proctype Heartbeats() {
end:
  do
  :: atomic { holder == agent && !external && lapsed && (!left || LOST_WINDOW) ->
#ifndef LIVENESS
       assert(!left);                                  /* only the holder renews */
#endif
       lapsed = false;
#ifndef N_HEARTBEATVERSION             /* a heartbeat is a write like any other */
       write()
#endif
     }
  od
}
/* Time. A present agent's lease runs out only by a fault (network, sleep). */
proctype Clock() {
end:
  do
  :: atomic { holder == agent && !lapsed && (left || external) -> lapsed = true }
  :: atomic { holder == agent && !lapsed && !left && !external && faults > 0 ->
       spend(); lapsed = true }
  :: atomic { holder == agent && !overdue && quiet && (!replied || open) -> overdue = true }
  :: atomic { holder == agent && !overdue && !quiet && !left && !external && !replied && faults > 0 ->
       spend(); overdue = true }
  od
}

/* ---- the sweep ------------------------------------------------------------ */
#define GONE (holder == agent && (lapsed || (overdue && nudged)))
proctype Sweep() {
  byte i = 0;
end:
  do
#ifndef N_NOEXP
  :: atomic { GONE -> current = current | SWEEP; unmoved = unmoved | SWEEP };
     atomic {
#ifdef N_EVICT                         /* the epoch is the same, the lease is not */
       if :: unmoved & SWEEP ->
#else
       if :: current & SWEEP ->
#endif
             assert(GONE);
#ifdef N_HEARTBEATEPOCH
             lost_window = lost_window || !left;
#endif
             if
             :: external && seen == entries -> end_tenure(); change_holder(closed)  /* quiet */
             :: external && seen != entries -> end_tenure(); open_escalation()
             :: else -> end_tenure(); change_holder(waiting);
#ifdef HINTS
                agents_push = true
#endif
             fi
          :: else -> unmoved = unmoved & ~SWEEP; current = current & ~SWEEP
       fi }
#endif
#ifndef N_NOREPLYCLOCK                 /* signed in is not the same as answering */
  :: atomic { holder == agent && overdue && !nudged -> nudged = true; overdue = false; write() }
#endif
#ifdef HINTS
  :: atomic { agents_push -> agents_push = false;      /* the committer's own push */
       if :: agents_hint = true :: spend() fi }
#ifndef N_DUAL
  :: atomic { holder == waiting && !agents_hint -> agents_hint = true }
#endif
#endif
#ifdef N_INBOXDROP                     /* deletes, then sends */
  :: atomic { inbox -> PICK(inbox, i); inbox = inbox & ~ROW(i) };
     atomic { if :: enqueue(i) :: spend() fi; i = 0 }
#else
  :: atomic { inbox -> PICK(inbox, i); enqueue(i); inbox = inbox & ~ROW(i); i = 0 }
#endif
  od
}

/* ---- at rest -------------------------------------------------------------- */
#define SERVED ((acked & done) == acked && !owed && !open && (holder == bot || holder == closed))
#ifdef LIVENESS                        /* everything comes to rest, and nothing circles */
ltl served { <>[] (SERVED) }
#else
proctype Monitor() {
  timeout ->                           /* nothing can move any more */
    assert((acked & done) == acked);                   /* S3 */
    assert(SERVED);                                    /* nobody waits for ever */
    assert(!inbox && empty(main_group) && empty(person_group) && empty(dead_letters))
}
#endif

init {
  atomic {
    run Customer(); run Duplicates(); run Exhaustion();
#ifndef N_DLQ
    run DeadLetterPerson();
#endif
    run ConductPerson(); run Conduct(1); run Conduct(2);
    run Agent(1); run Agent(2); run Heartbeats(); run Clock(); run Sweep();
#ifndef LIVENESS
    run Monitor()
#endif
  }
}
