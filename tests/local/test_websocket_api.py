"""The WebSocket API, from a client's side and from a function's."""

from __future__ import annotations

import asyncio
import json

import aiohttp
import pytest
from botocore.exceptions import ClientError
from local.helpers import eventually, kept

from handrail_ops.local.stack import LocalStack

SECONDS = 10.0


def test_routes_push_and_gone(stack: LocalStack) -> None:
    async def talk() -> str:
        async with aiohttp.ClientSession() as session, session.ws_connect(stack.ws_url) as socket:
            await socket.send_str('{"action": "echo", "x": 1}')
            told = await socket.receive_json(timeout=SECONDS)
            assert (told["route"], told["body"]) == ("echo", '{"action": "echo", "x": 1}')
            await socket.send_str("no json")
            assert (await socket.receive_json(timeout=SECONDS))["route"] == "$default"
            await socket.send_str('{"action": "$connect"}')
            assert (await socket.receive_json(timeout=SECONDS))["route"] == "$default"
            await socket.send_str("raise")
            complaint = await socket.receive_json(timeout=SECONDS)
            assert complaint["message"] == "Internal server error"
            return str(told["id"])

    connection = asyncio.run(talk())
    closed = eventually(
        lambda: [item for item in kept(stack, "socket") if item["sk"] == connection], "$disconnect"
    )
    assert closed[0]["text"] == "closed"
    client = stack.client_of_sockets()
    with pytest.raises(client.exceptions.GoneException):
        client.post_to_connection(ConnectionId=connection, Data=b"anyone?")


def test_connections_are_described_and_dropped_by_the_function_side(stack: LocalStack) -> None:
    client = stack.client_of_sockets()

    async def talk() -> None:
        async with aiohttp.ClientSession() as session, session.ws_connect(stack.ws_url) as socket:
            await socket.send_str("{}")
            connection = (await socket.receive_json(timeout=SECONDS))["id"]
            about = await asyncio.to_thread(client.get_connection, ConnectionId=connection)
            assert about["Identity"]["SourceIp"] == "127.0.0.1"
            with pytest.raises(ClientError) as error:
                await asyncio.to_thread(
                    client.post_to_connection, ConnectionId=connection, Data=b"x" * 140_000
                )
            assert error.value.response["ResponseMetadata"]["HTTPStatusCode"] == 413
            await asyncio.to_thread(client.delete_connection, ConnectionId=connection)
            closing = await socket.receive(timeout=SECONDS)
            assert closing.type in (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED)

    asyncio.run(talk())


def test_a_refused_connect_is_refused_before_the_upgrade(stack: LocalStack) -> None:
    async def talk() -> int:
        async with aiohttp.ClientSession() as session:
            with pytest.raises(aiohttp.WSServerHandshakeError) as error:
                await session.ws_connect(stack.ws_url + "?refuse=1")
            return error.value.status

    assert asyncio.run(talk()) == 401


def test_a_message_above_the_limit_closes_the_connection(stack: LocalStack) -> None:
    async def talk() -> int | None:
        async with aiohttp.ClientSession() as session, session.ws_connect(stack.ws_url) as socket:
            await socket.send_str(json.dumps("x" * 140_000))
            await socket.receive(timeout=SECONDS)
            return socket.close_code

    assert asyncio.run(talk()) == aiohttp.WSCloseCode.MESSAGE_TOO_BIG
