"""The namespace about groups."""

from gatepost._core._async import AsyncNamespace, AsyncOwner
from gatepost._core.options import RequestOptions
from gatepost.homebox import ops
from gatepost.homebox._async_groups_raw import AsyncRawGroupsClient
from gatepost.homebox.models import (
    CreateRequest,
    Group,
    GroupAcceptInvitationResponse,
    GroupInvitation,
    GroupInvitationCreate,
    GroupMemberAdd,
    GroupUpdate,
    UserSummary,
)


class AsyncGroupsClient(AsyncNamespace):
    """Groups, their members and invitations; calls are about the default group unless `X-Tenant` names another.

    Source: py-homebox, GroupsClient; Homebox API v1.
    """

    def __init__(self, client: AsyncOwner) -> None:
        """Share what a client has: connections, settings and token."""
        super().__init__(client._session)  # noqa: SLF001  they are parts of one client

    @property
    def with_raw_response(self) -> AsyncRawGroupsClient:
        """The same calls, giving the HTTP response beside the result."""
        return AsyncRawGroupsClient(self)

    async def get_group(self, *, request_options: RequestOptions | None = None) -> Group:
        """Get the group.

        Args:
            request_options: settings of this call.

        Raises:
            ForbiddenError: the user is in no such group.
            UnauthorizedError: the token is missing, wrong or expired.
        """
        return await self._session.run(ops.get_group(), request_options)

    async def get_all_groups(self, *, request_options: RequestOptions | None = None) -> list[Group]:
        """List the groups of the user.

        Args:
            request_options: settings of this call.

        Raises:
            UnauthorizedError: the token is missing, wrong or expired.
        """
        return await self._session.run(ops.get_all_groups(), request_options)

    async def create_group(self, data: CreateRequest, *, request_options: RequestOptions | None = None) -> Group:
        """Make a group, which the user owns; the default group stays.

        Args:
            data: its name.
            request_options: settings of this call.

        Raises:
            UnprocessableEntityError: the name is empty.
            UnauthorizedError: the token is missing, wrong or expired.
        """
        return await self._session.run(ops.create_group(data), request_options)

    async def update_group(self, data: GroupUpdate, *, request_options: RequestOptions | None = None) -> Group:
        """Replace name and currency of the group.

        Args:
            data: both of them.
            request_options: settings of this call.

        Raises:
            UnprocessableEntityError: there is no such currency.
            ForbiddenError: the user does not own the group.
            UnauthorizedError: the token is missing, wrong or expired.
        """
        return await self._session.run(ops.update_group(data), request_options)

    async def delete_group(self, *, request_options: RequestOptions | None = None) -> None:
        """Delete the group and all it holds, for ever; another one becomes the default.

        It is sent once only, for the second time it would delete that other one.

        Args:
            request_options: settings of this call.

        Raises:
            BadRequestError: the user is in no other group.
            ForbiddenError: the user does not own the group.
            UnauthorizedError: the token is missing, wrong or expired.
        """
        return await self._session.run(ops.delete_group(), request_options)

    async def create_group_invitation(
        self, data: GroupInvitationCreate, *, request_options: RequestOptions | None = None
    ) -> GroupInvitation:
        """Make an invitation into the group; its token is in this result and nowhere else.

        Args:
            data: how many may follow it, and until when.
            request_options: settings of this call.

        Raises:
            UnprocessableEntityError: there are fewer than 1 or more than 100 uses.
            ForbiddenError: the user does not own the group.
            UnauthorizedError: the token is missing, wrong or expired.
        """
        return await self._session.run(ops.create_group_invitation(data), request_options)

    async def get_group_invitations(self, *, request_options: RequestOptions | None = None) -> list[GroupInvitation]:
        """List the invitations into the group, used up and expired ones too, without their tokens.

        Args:
            request_options: settings of this call.

        Raises:
            UnauthorizedError: the token is missing, wrong or expired.
        """
        return await self._session.run(ops.get_group_invitations(), request_options)

    async def accept_group_invitation(
        self, id: str, *, request_options: RequestOptions | None = None
    ) -> GroupAcceptInvitationResponse:
        """Join a group; the default group stays.

        Args:
            id: token of the invitation, not its id.
            request_options: settings of this call.

        Raises:
            ValueError: the token is empty, `.` or `..`; nothing was sent.
            NotFoundError: there is no such invitation.
            ApiError: it is used up or expired, or the user is in the group; servers answer 500.
            UnauthorizedError: the token of the client is missing, wrong or expired.
        """
        operation = ops.accept_group_invitation(id)
        del id  # a traceback from the call must not show it
        return await self._session.run(operation, request_options)

    async def delete_group_invitation(self, id: str, *, request_options: RequestOptions | None = None) -> None:
        """Delete an invitation.

        Args:
            id: id of the invitation, not its token.
            request_options: settings of this call.

        Raises:
            ValueError: the id is empty, `.` or `..`; nothing was sent.
            BadRequestError: the id has not the form of one.
            NotFoundError: the group has no such invitation.
            ForbiddenError: the user does not own the group.
            UnauthorizedError: the token is missing, wrong or expired.
        """
        return await self._session.run(ops.delete_group_invitation(id), request_options)

    async def get_group_members(self, *, request_options: RequestOptions | None = None) -> list[UserSummary]:
        """List who is in the group.

        Args:
            request_options: settings of this call.

        Raises:
            UnauthorizedError: the token is missing, wrong or expired.
        """
        return await self._session.run(ops.get_group_members(), request_options)

    async def add_group_member(self, data: GroupMemberAdd, *, request_options: RequestOptions | None = None) -> None:
        """Put a user into the group; servers from 0.26 on have invitations only.

        Args:
            data: id of the user.
            request_options: settings of this call.

        Raises:
            ApiError: 405, the server has no such call.
            UnauthorizedError: the token is missing, wrong or expired.
        """
        return await self._session.run(ops.add_group_member(data), request_options)

    async def remove_group_member(self, user_id: str, *, request_options: RequestOptions | None = None) -> None:
        """Take a user out of the group.

        Args:
            user_id: id of the user.
            request_options: settings of this call.

        Raises:
            ValueError: the id is empty, `.` or `..`; nothing was sent.
            BadRequestError: the user is the caller, or the last one in the group.
            NotFoundError: there is no such user.
            ForbiddenError: the caller does not own the group.
            UnauthorizedError: the token is missing, wrong or expired.
        """
        return await self._session.run(ops.remove_group_member(user_id), request_options)
