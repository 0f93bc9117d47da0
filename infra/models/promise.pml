/* promise.pml: what is said to a customer who waits, and how a request may end.
 *
 * One escalation, from the commit that opens it to its ending. Two clocks, the
 * escalation workflow and the sweep, keep its promises (still waiting, wider pool,
 * supervisor page; after the last one a follow-up at a stated time); the workflow may
 * never start or die at any state, and its task token may be lost. Agents claim, write
 * to one of the customer's contacts, resolve or vanish; the provider's verdict on what
 * they wrote comes whenever it comes. The customer may withdraw.
 *
 * - A step of a clock reads the conversation item, and later writes on condition that
 *   `version` has not moved (`current`, as in handoff.pml).
 * - An agent's row has left for the customer when it is committed; `Deliver` gives its
 *   verdict. Order and repetition of rows are outbox.pml's business.
 *
 * Each -DN_... takes one rule away and must FAIL.
 */
#ifndef LISTED                         /* check.py defines it by transitions.json */
#define LISTED(to) (true)
#endif
#ifndef FAULTS
#define FAULTS 2
#endif
#ifndef TENURES
#define TENURES 3                      /* claims that the run may see */
#endif
#define PROMISES  2                    /* said one after the other, then the follow-up */
#ifndef CONTACTS
#define CONTACTS 1                     /* 1 or 2 ways to the customer */
#endif
#define ALL_FAILED (failed == (1 << CONTACTS) - 1)
#define NONE      7
#define SWEEP     1                    /* the readers */
#define WORKFLOW  2
#define CONTACT(c) (1 << (c))

mtype = { bot, waiting, agent, closed };
mtype = { unended, withdrawn, served, unreachable };

mtype holder = waiting;
byte current = 0;
byte said = 0;                         /* promises said */
bool passed = false;                   /* due < now */
bool follow_up = false;                /* the last promise: we write to you by ... */
bool replied = false, lapsed = false, notice = false;
byte failed = 0;                       /* contacts that failed for good */
/* the agent's newest row, and those before it that have no verdict yet */
byte row_contact = NONE, older_contact = NONE;
mtype ending = unended;
bool told_agents = true;               /* the agents queue: lost hints are pushed again */
byte faults = FAULTS;
/* ghosts */
bool alive = false, started = false;   /* the workflow */
bool token = true;                     /* its task token is good */
bool left = false;                     /* the agent's laptop is closed */
bool reached = false;                  /* the newest word of an agent arrived */
byte tenures = 0;

inline spend() { faults > 0 -> faults-- }
inline change_holder(to) {
  assert(LISTED(to));                             /* transitions.json knows it */
  holder = to; current = 0; passed = false; lapsed = false; notice = false
}
inline finish(how) {
  assert(ending == unended || ending == how);     /* one ending */
  assert(how != served || reached);               /* claimed and answered; followed up */
  assert(how != unreachable || ALL_FAILED);      /* every known contact */
  ending = how
}

/* ---- the two clocks ------------------------------------------------------- */
/* The promise and the words that make it are one transaction. */
inline advance() {
  assert(holder == waiting);                      /* S12: not "still waiting" beside an agent */
  assert(passed && !follow_up);                   /* one promise, said once */
  if
  :: said < PROMISES -> said++
  :: else -> follow_up = true                     /* stays open; renewing it is this step again */
  fi;
  passed = false; current = 0; told_agents = true
}
#ifdef N_ADVANCE                                  /* "it was due when I looked" */
#define STILL(reader) (holder == waiting)
#else
#define STILL(reader) (current & (reader))
#endif
proctype Sweep() {
end:
  do
#ifndef N_NOSWEEP
  :: atomic { holder == waiting && passed && !follow_up -> current = current | SWEEP };
     atomic { if :: STILL(SWEEP) -> advance() :: else fi; current = current & ~SWEEP }
  :: atomic { holder == agent && lapsed -> current = current | SWEEP };
     atomic { if :: current & SWEEP -> replied = false; left = false; change_holder(waiting);
                   told_agents = true
                :: else fi; current = current & ~SWEEP }
  :: atomic { holder == waiting && !told_agents -> told_agents = true }
#else
  :: atomic { holder == agent && lapsed -> replied = false; left = false; change_holder(waiting); told_agents = true }
#endif
  od
}
proctype Workflow() {
end:
  do
  :: atomic { !started -> started = true; if :: alive = true :: spend() fi }
  :: atomic { alive && faults > 0 -> spend(); alive = false; token = false }
  :: atomic { alive && faults > 0 -> spend(); token = false }
  :: atomic { alive && holder == waiting && passed && !follow_up -> current = current | WORKFLOW };
     atomic { if :: STILL(WORKFLOW) -> advance() :: else fi; current = current & ~WORKFLOW }
#ifdef N_BLIND                                    /* no callback in time, so nobody came */
  :: atomic { alive && holder == waiting -> skip };
     atomic { if :: ending == unended ->
                   assert(holder == waiting); change_holder(waiting) :: else fi }
#endif
  :: atomic { alive && (holder == bot || holder == closed) -> alive = false }
  od
}
proctype Clock() {
end:
  do
  :: atomic { holder == waiting && !passed && !follow_up -> passed = true }
  :: atomic { holder == agent && left && !lapsed -> lapsed = true }
  od
}

/* ---- customer and agents -------------------------------------------------- */
proctype Customer() {
end:
  atomic { holder == waiting && faults > 0 -> spend(); finish(withdrawn); change_holder(bot) }
}
#ifdef N_TOKEN                                    /* the callback is the claim */
#define MAY_CLAIM (token)
#else
#define MAY_CLAIM (true)
#endif
#define FREE (older_contact == NONE)
proctype Agents() {
  byte c = 0;
end:
  do
  :: atomic { holder == waiting && told_agents && MAY_CLAIM && tenures < TENURES ->
       told_agents = false; tenures++; replied = false; change_holder(agent) }
  :: atomic { told_agents && faults > 0 -> spend(); told_agents = false }
  :: atomic { holder == agent && !left && notice -> notice = false; replied = false }   /* sees it */
  :: atomic { holder == agent && !left && !replied && !notice && FREE && !ALL_FAILED ->
       if :: !(failed & 1) -> c = 0 :: CONTACTS > 1 && !(failed & 2) -> c = 1 fi;
       older_contact = row_contact; row_contact = c; replied = true; reached = false; current = 0; c = 0 }
  :: atomic { holder == agent && !left && replied && !notice ->  /* resolve */
#ifdef N_RESOLVEENDS                              /* sent is served */
       ending = served;
#else
       if :: row_contact == NONE && older_contact == NONE -> finish(served)
          :: else                                 /* else the verdict decides */
       fi;
#endif
       replied = false; change_holder(closed) }
  :: atomic { holder == agent && !left && !notice && ALL_FAILED && row_contact == NONE && FREE ->
       finish(unreachable); replied = false; change_holder(closed) }    /* the supervisor is shown */
  :: atomic { holder == agent && !left && faults > 0 -> spend(); left = true }
  od
}

/* ---- the provider's verdict ------------------------------------------------ */
inline verdict(contact, newest) {
  if
  :: newest -> reached = true
  :: !newest                                      /* an older word, delivered */
  :: spend(); failed = failed | CONTACT(contact); current = 0;
     if :: holder == agent -> notice = true       /* shown before anything ends */
        :: holder == closed && ending == unended -> failure = true
        :: else
     fi
  fi;
  contact = NONE;
  if
#ifndef N_SILENTLOSS                              /* the row is marked, and that is all */
  :: failure && !ALL_FAILED -> follow_up = true; change_holder(waiting); told_agents = true
  :: failure && ALL_FAILED && row_contact == NONE -> finish(unreachable)
#endif
  :: !failure && holder == closed && ending == unended && row_contact == NONE -> finish(served)
  :: else
  fi;
  failure = false
}
proctype Deliver() {
  bool failure = false;
end:
  do
  :: atomic { older_contact != NONE -> verdict(older_contact, (row_contact == NONE)) }
  :: atomic { older_contact == NONE && row_contact != NONE -> verdict(row_contact, true) }
  od
}

/* ---- at rest --------------------------------------------------------------- */
proctype Monitor() {
  timeout ->
    assert(holder == bot || holder == closed || tenures == TENURES);
    assert(!(holder == waiting && passed));       /* nobody was forgotten */
    assert(holder != closed || ending != unended);
    assert(ending != served || reached)
}
init {
  atomic { run Sweep(); run Workflow(); run Clock(); run Customer(); run Agents(); run Deliver(); run Monitor() }
}
