"""The parts that every function which decides or delivers is put together from."""

from handrail.adapters.aws.agenda import DynamoAgenda
from handrail.adapters.aws.clients import Clients
from handrail.adapters.aws.conversations import DynamoConversations
from handrail.adapters.aws.deliveries import DynamoDeliveries
from handrail.adapters.aws.drafts import DynamoDrafts
from handrail.adapters.aws.inbox import DynamoInbox
from handrail.adapters.aws.pager import SnsPager
from handrail.adapters.aws.queues import SqsAgentsQueue, SqsOutboundQueue
from handrail.adapters.aws.vault import DynamoVault
from handrail.adapters.aws.workflows import StepFunctionsEscalations
from handrail.adapters.clock import SystemClock
from handrail.adapters.language.catalogue import PackagedCatalogue
from handrail.application.ask_agents import AskAgents
from handrail.application.decide import Authority
from handrail.application.hints import Hints
from handrail.application.tend import Tend
from handrail.observability import committed, hint_lost
from handrail.settings import AskSettings, HintSettings, Settings


class Table:
    """The table's adapters, for the functions that use them."""

    def __init__(self, settings: Settings, clients: Clients) -> None:
        """Open nothing yet."""
        self.clock = SystemClock()
        self.conversations = DynamoConversations(clients.dynamodb, settings.table_name)
        self.vault = DynamoVault(clients.dynamodb, settings.table_name)
        self.deliveries = DynamoDeliveries(clients.dynamodb, settings.table_name)
        self.drafts = DynamoDrafts(clients.dynamodb, settings.table_name, self.clock)
        self.agenda = DynamoAgenda(clients.dynamodb, settings.table_name)
        self.inbox = DynamoInbox(clients.dynamodb, settings.table_name)


class Protocol(Table):
    """What commits decisions and follows them with hints."""

    def __init__(self, settings: HintSettings, clients: Clients) -> None:
        """Put the authority and its hints together."""
        super().__init__(settings, clients)
        self.promises = settings.clock_of_promises()
        # What commits must know how long a message may wait for its hint.
        self.conversations = DynamoConversations(
            clients.dynamodb, settings.table_name, self.promises.deliver_seconds
        )
        self.catalogue = PackagedCatalogue()
        self.outbound = SqsOutboundQueue(clients.sqs, settings.outbound_queue_url)
        self.workflow = StepFunctionsEscalations(
            clients.workflows,
            settings.escalation_workflow_arn,
            clients.dynamodb,
            settings.table_name,
        )
        hints = Hints(self.outbound, self.workflow, committed, hint_lost)
        self.authority = Authority(self.conversations, hints)

    def ask_agents(self, settings: AskSettings, clients: Clients) -> AskAgents:
        """Return what puts escalations before the agents, and pages a supervisor."""
        return AskAgents(
            authority=self.authority,
            queue=SqsAgentsQueue(clients.sqs, settings.agents_queue_url),
            pager=SnsPager(clients.sns, settings.pager_topic_arn),
            drafts=self.drafts,
            catalogue=self.catalogue,
            clock=self.clock,
            promises=self.promises,
            agents_language=settings.agents_language,
        )

    def tend(self, ask_agents: AskAgents) -> Tend:
        """Return what does whatever has fallen due in a conversation."""
        return Tend(self.authority, ask_agents, self.clock, self.promises)
