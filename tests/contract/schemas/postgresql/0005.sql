SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;
CREATE FUNCTION public.directory_trigrams(haystack text) RETURNS tsvector
    LANGUAGE sql IMMUTABLE STRICT COST 1000 PARALLEL SAFE
    RETURN array_to_tsvector(ARRAY(SELECT substr(directory_trigrams.haystack, place.place, 3) AS substr FROM generate_series(1, (length(directory_trigrams.haystack) - 2)) place(place)));
SET default_tablespace = '';
SET default_table_access_method = heap;
CREATE TABLE public.accounts (
    id text NOT NULL COLLATE pg_catalog."C",
    email text NOT NULL COLLATE pg_catalog."C",
    email_key text NOT NULL COLLATE pg_catalog."C",
    username text NOT NULL COLLATE pg_catalog."C",
    username_key text NOT NULL COLLATE pg_catalog."C",
    first_name text COLLATE pg_catalog."C",
    last_name text COLLATE pg_catalog."C",
    password_hash text COLLATE pg_catalog."C",
    state text NOT NULL COLLATE pg_catalog."C",
    disabled boolean NOT NULL,
    email_verified boolean NOT NULL,
    current_position text COLLATE pg_catalog."C",
    homepage text COLLATE pg_catalog."C",
    about text COLLATE pg_catalog."C",
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    last_sign_in_at bigint,
    version bigint NOT NULL,
    phone text COLLATE pg_catalog."C",
    description text COLLATE pg_catalog."C",
    CONSTRAINT ck_accounts_ck_accounts_state CHECK ((state = ANY (ARRAY['unverified'::text, 'pending'::text, 'active'::text, 'rejected'::text])))
)
WITH (fillfactor='80');
CREATE TABLE public.alembic_version (
    version_num character varying(32) NOT NULL
);
CREATE TABLE public.audit (
    id text NOT NULL COLLATE pg_catalog."C",
    at bigint NOT NULL,
    actor text NOT NULL COLLATE pg_catalog."C",
    action text NOT NULL COLLATE pg_catalog."C",
    subject text NOT NULL COLLATE pg_catalog."C",
    detail text NOT NULL COLLATE pg_catalog."C"
);
CREATE TABLE public.clients (
    id text NOT NULL COLLATE pg_catalog."C",
    name text NOT NULL COLLATE pg_catalog."C",
    digest bytea NOT NULL,
    roles text NOT NULL COLLATE pg_catalog."C",
    created_at bigint NOT NULL
);
CREATE TABLE public.directory (
    account_id text NOT NULL COLLATE pg_catalog."C",
    first_name text COLLATE pg_catalog."C",
    last_name text COLLATE pg_catalog."C",
    first_name_key text COLLATE pg_catalog."C",
    last_name_key text COLLATE pg_catalog."C",
    username_key text COLLATE pg_catalog."C",
    email_key text COLLATE pg_catalog."C",
    haystack text NOT NULL COLLATE pg_catalog."C",
    shuffled double precision DEFAULT random() NOT NULL
);
CREATE TABLE public.grants (
    account_id text NOT NULL COLLATE pg_catalog."C",
    role text NOT NULL COLLATE pg_catalog."C",
    resource text NOT NULL COLLATE pg_catalog."C"
);
CREATE TABLE public.groups (
    id text NOT NULL COLLATE pg_catalog."C",
    name text NOT NULL COLLATE pg_catalog."C",
    currency text NOT NULL COLLATE pg_catalog."C",
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL
);
CREATE TABLE public.identities (
    issuer text NOT NULL COLLATE pg_catalog."C",
    subject text NOT NULL COLLATE pg_catalog."C",
    account_id text NOT NULL COLLATE pg_catalog."C",
    created_at bigint NOT NULL
);
CREATE TABLE public.invitations (
    id text NOT NULL COLLATE pg_catalog."C",
    group_id text NOT NULL COLLATE pg_catalog."C",
    digest bytea NOT NULL,
    uses bigint NOT NULL,
    created_at bigint NOT NULL,
    expires_at bigint NOT NULL,
    CONSTRAINT ck_invitations_ck_invitations_uses CHECK ((uses >= 0))
);
CREATE TABLE public.links (
    digest bytea NOT NULL,
    purpose text NOT NULL COLLATE pg_catalog."C",
    account_id text COLLATE pg_catalog."C",
    created_at bigint NOT NULL,
    expires_at bigint NOT NULL,
    invitation bytea
);
CREATE TABLE public.memberships (
    account_id text NOT NULL COLLATE pg_catalog."C",
    group_id text NOT NULL COLLATE pg_catalog."C",
    role text NOT NULL COLLATE pg_catalog."C",
    is_default boolean NOT NULL,
    joined_at bigint NOT NULL,
    CONSTRAINT ck_memberships_ck_memberships_role CHECK ((role = ANY (ARRAY['owner'::text, 'member'::text])))
);
CREATE TABLE public.outbox (
    id text NOT NULL COLLATE pg_catalog."C",
    account_id text COLLATE pg_catalog."C",
    kind text NOT NULL COLLATE pg_catalog."C",
    recipient text NOT NULL COLLATE pg_catalog."C",
    recipient_key text NOT NULL COLLATE pg_catalog."C",
    subject text NOT NULL COLLATE pg_catalog."C",
    sealed bytea,
    state text NOT NULL COLLATE pg_catalog."C",
    attempts bigint NOT NULL,
    due_at bigint NOT NULL,
    last_error text COLLATE pg_catalog."C",
    created_at bigint NOT NULL,
    CONSTRAINT ck_outbox_ck_outbox_state CHECK ((state = ANY (ARRAY['queued'::text, 'sent'::text, 'failed'::text])))
);
CREATE TABLE public.preferences (
    account_id text NOT NULL COLLATE pg_catalog."C",
    document text NOT NULL COLLATE pg_catalog."C",
    updated_at bigint NOT NULL
);
CREATE TABLE public.profile_images (
    account_id text NOT NULL COLLATE pg_catalog."C",
    content_type text NOT NULL COLLATE pg_catalog."C",
    data bytea NOT NULL,
    etag text NOT NULL COLLATE pg_catalog."C",
    updated_at bigint NOT NULL
);
CREATE TABLE public.revisions (
    name text NOT NULL COLLATE pg_catalog."C",
    value bigint NOT NULL
);
CREATE TABLE public.sessions (
    id text NOT NULL COLLATE pg_catalog."C",
    account_id text NOT NULL COLLATE pg_catalog."C",
    digest bytea NOT NULL,
    device text NOT NULL COLLATE pg_catalog."C",
    created_at bigint NOT NULL,
    used_at bigint NOT NULL,
    expires_at bigint NOT NULL,
    attachment_digest bytea,
    lasting boolean DEFAULT false NOT NULL
)
WITH (fillfactor='80');
CREATE TABLE public.signing_keys (
    id text NOT NULL COLLATE pg_catalog."C",
    public text NOT NULL COLLATE pg_catalog."C",
    sealed bytea NOT NULL,
    created_at bigint NOT NULL,
    ends_at bigint
);
CREATE TABLE public.tokens (
    id text NOT NULL COLLATE pg_catalog."C",
    account_id text NOT NULL COLLATE pg_catalog."C",
    is_default boolean NOT NULL,
    name text NOT NULL COLLATE pg_catalog."C",
    digest bytea NOT NULL,
    sealed bytea,
    created_at bigint NOT NULL,
    used_at bigint,
    expires_at bigint
)
WITH (fillfactor='80');
INSERT INTO public.accounts VALUES ('a000000', 'a000000@example.org', 'a000000@example.org', 'a000000', 'a000000', 'First0', 'Last', NULL, 'active', false, true, NULL, NULL, NULL, 0, 0, NULL, 1, NULL, NULL);
INSERT INTO public.accounts VALUES ('a000001', 'a000001@example.org', 'a000001@example.org', 'a000001', 'a000001', 'First1', 'Last', NULL, 'active', false, true, NULL, NULL, NULL, 1, 1, NULL, 1, NULL, NULL);
INSERT INTO public.accounts VALUES ('a000002', 'a000002@example.org', 'a000002@example.org', 'a000002', 'a000002', 'First2', 'Last', NULL, 'active', false, true, NULL, NULL, NULL, 2, 2, NULL, 1, NULL, NULL);
INSERT INTO public.alembic_version VALUES ('0005');
INSERT INTO public.audit VALUES ('a000000', 0, 'a000000', 'account.created', 'a000000', '{}');
INSERT INTO public.audit VALUES ('a000001', 1, 'a000001', 'account.created', 'a000001', '{}');
INSERT INTO public.audit VALUES ('a000002', 2, 'a000002', 'account.created', 'a000002', '{}');
INSERT INTO public.clients VALUES ('a000000', 'first', '\x61303030303030', 'viewer', 0);
INSERT INTO public.clients VALUES ('a000001', 'first', '\x61303030303031', 'viewer', 1);
INSERT INTO public.clients VALUES ('a000002', 'first', '\x61303030303032', 'viewer', 2);
INSERT INTO public.directory VALUES ('a000000', 'First0', 'Last', 'first0', 'last', 'a000000', 'a000000@example.org', 'first0lasta000000a000000@example.org', 0.8348683358732931);
INSERT INTO public.directory VALUES ('a000001', 'First1', 'Last', 'first1', 'last', 'a000001', 'a000001@example.org', 'first1lasta000001a000001@example.org', 0.905113749004878);
INSERT INTO public.directory VALUES ('a000002', 'First2', 'Last', 'first2', 'last', 'a000002', 'a000002@example.org', 'first2lasta000002a000002@example.org', 0.460519957095316);
INSERT INTO public.grants VALUES ('a000000', 'viewer', 'corpus:docs');
INSERT INTO public.grants VALUES ('a000001', 'viewer', 'corpus:docs');
INSERT INTO public.grants VALUES ('a000002', 'viewer', 'corpus:docs');
INSERT INTO public.grants VALUES ('a000000', 'owner', '');
INSERT INTO public.grants VALUES ('a000001', 'owner', '');
INSERT INTO public.groups VALUES ('a000000', 'first', 'USD', 0, 0);
INSERT INTO public.groups VALUES ('a000001', 'first', 'USD', 1, 1);
INSERT INTO public.groups VALUES ('a000002', 'first', 'USD', 2, 2);
INSERT INTO public.identities VALUES ('https://issuer.example', 'a000000', 'a000000', 0);
INSERT INTO public.identities VALUES ('https://issuer.example', 'a000001', 'a000001', 1);
INSERT INTO public.identities VALUES ('https://issuer.example', 'a000002', 'a000002', 2);
INSERT INTO public.invitations VALUES ('a000000', 'a000000', '\x61303030303030', 1, 0, 1000000000);
INSERT INTO public.invitations VALUES ('a000001', 'a000001', '\x61303030303031', 1, 1, 1000000000);
INSERT INTO public.invitations VALUES ('a000002', 'a000002', '\x61303030303032', 1, 2, 1000000000);
INSERT INTO public.links VALUES ('\x61303030303030', 'confirm', 'a000000', 0, 1000000000, NULL);
INSERT INTO public.links VALUES ('\x61303030303031', 'confirm', 'a000001', 1, 1000000000, NULL);
INSERT INTO public.links VALUES ('\x61303030303032', 'confirm', 'a000002', 2, 1000000000, NULL);
INSERT INTO public.memberships VALUES ('a000000', 'a000000', 'owner', false, 0);
INSERT INTO public.memberships VALUES ('a000001', 'a000001', 'owner', false, 1);
INSERT INTO public.memberships VALUES ('a000002', 'a000002', 'owner', false, 2);
INSERT INTO public.outbox VALUES ('a000000', 'a000000', 'approved', 'a000000@example.org', 'a000000@example.org', 'a000000', '\x', 'queued', 0, 0, NULL, 0);
INSERT INTO public.outbox VALUES ('a000001', 'a000001', 'approved', 'a000001@example.org', 'a000001@example.org', 'a000001', '\x', 'queued', 0, 1, NULL, 1);
INSERT INTO public.outbox VALUES ('a000002', 'a000002', 'approved', 'a000002@example.org', 'a000002@example.org', 'a000002', '\x', 'queued', 0, 2, NULL, 2);
INSERT INTO public.preferences VALUES ('a000000', '{}', 0);
INSERT INTO public.preferences VALUES ('a000001', '{}', 1);
INSERT INTO public.preferences VALUES ('a000002', '{}', 2);
INSERT INTO public.profile_images VALUES ('a000000', 'image/png', '\x', '', 0);
INSERT INTO public.profile_images VALUES ('a000001', 'image/png', '\x', '', 1);
INSERT INTO public.profile_images VALUES ('a000002', 'image/png', '\x', '', 2);
INSERT INTO public.revisions VALUES ('credentials', 0);
INSERT INTO public.sessions VALUES ('a000000', 'a000000', '\x61303030303030', '', 0, 0, 1000000000, '\x6174746163686d656e74206f662061303030303030', true);
INSERT INTO public.sessions VALUES ('a000001', 'a000001', '\x61303030303031', '', 1, 1, 1000000000, '\x6174746163686d656e74206f662061303030303031', true);
INSERT INTO public.sessions VALUES ('a000002', 'a000002', '\x61303030303032', '', 2, 2, 1000000000, '\x6174746163686d656e74206f662061303030303032', true);
INSERT INTO public.signing_keys VALUES ('a000000', '{}', '\x', 0, NULL);
INSERT INTO public.tokens VALUES ('a000000', 'a000000', false, 'first', '\x61303030303030', '\x', 0, NULL, 1000000000);
INSERT INTO public.tokens VALUES ('a000001', 'a000001', false, 'first', '\x61303030303031', '\x', 1, NULL, 1000000000);
INSERT INTO public.tokens VALUES ('a000002', 'a000002', false, 'first', '\x61303030303032', '\x', 2, NULL, 1000000000);
ALTER TABLE ONLY public.alembic_version
    ADD CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num);
ALTER TABLE ONLY public.directory
    ADD CONSTRAINT directory_pkey PRIMARY KEY (account_id);
ALTER TABLE ONLY public.accounts
    ADD CONSTRAINT pk_accounts PRIMARY KEY (id);
ALTER TABLE ONLY public.audit
    ADD CONSTRAINT pk_audit PRIMARY KEY (id);
ALTER TABLE ONLY public.clients
    ADD CONSTRAINT pk_clients PRIMARY KEY (id);
ALTER TABLE ONLY public.grants
    ADD CONSTRAINT pk_grants PRIMARY KEY (account_id, role, resource);
ALTER TABLE ONLY public.groups
    ADD CONSTRAINT pk_groups PRIMARY KEY (id);
ALTER TABLE ONLY public.identities
    ADD CONSTRAINT pk_identities PRIMARY KEY (issuer, subject);
ALTER TABLE ONLY public.invitations
    ADD CONSTRAINT pk_invitations PRIMARY KEY (id);
ALTER TABLE ONLY public.links
    ADD CONSTRAINT pk_links PRIMARY KEY (digest);
ALTER TABLE ONLY public.memberships
    ADD CONSTRAINT pk_memberships PRIMARY KEY (account_id, group_id);
ALTER TABLE ONLY public.outbox
    ADD CONSTRAINT pk_outbox PRIMARY KEY (id);
ALTER TABLE ONLY public.preferences
    ADD CONSTRAINT pk_preferences PRIMARY KEY (account_id);
ALTER TABLE ONLY public.profile_images
    ADD CONSTRAINT pk_profile_images PRIMARY KEY (account_id);
ALTER TABLE ONLY public.revisions
    ADD CONSTRAINT pk_revisions PRIMARY KEY (name);
ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT pk_sessions PRIMARY KEY (id);
ALTER TABLE ONLY public.signing_keys
    ADD CONSTRAINT pk_signing_keys PRIMARY KEY (id);
ALTER TABLE ONLY public.tokens
    ADD CONSTRAINT pk_tokens PRIMARY KEY (id);
ALTER TABLE ONLY public.invitations
    ADD CONSTRAINT uq_invitations_digest UNIQUE (digest);
ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT uq_sessions_digest UNIQUE (digest);
ALTER TABLE ONLY public.tokens
    ADD CONSTRAINT uq_tokens_digest UNIQUE (digest);
CREATE INDEX ix_accounts_attempts ON public.accounts USING btree (email_key, created_at);
CREATE INDEX ix_accounts_state ON public.accounts USING btree (state, id);
CREATE INDEX ix_audit_subject_id ON public.audit USING btree (subject, id);
CREATE INDEX ix_directory_email_key ON public.directory USING btree (email_key);
CREATE INDEX ix_directory_first_name_key ON public.directory USING btree (first_name_key);
CREATE INDEX ix_directory_last_name_key ON public.directory USING btree (last_name_key);
CREATE INDEX ix_directory_sample ON public.directory USING btree (shuffled) INCLUDE (account_id, haystack) WHERE ((shuffled < (0.0625)::double precision) AND (octet_length(haystack) < 1000));
CREATE INDEX ix_directory_trigrams ON public.directory USING gin (public.directory_trigrams(haystack)) WITH (fastupdate=off);
CREATE INDEX ix_directory_username_key ON public.directory USING btree (username_key);
CREATE INDEX ix_grants_role_resource_account_id ON public.grants USING btree (role, resource, account_id);
CREATE INDEX ix_identities_account_id ON public.identities USING btree (account_id);
CREATE INDEX ix_invitations_expires_at ON public.invitations USING btree (expires_at);
CREATE INDEX ix_invitations_group_id_id ON public.invitations USING btree (group_id, id);
CREATE INDEX ix_links_account_id ON public.links USING btree (account_id);
CREATE INDEX ix_links_expires_at ON public.links USING btree (expires_at);
CREATE INDEX ix_memberships_group_id_joined_at ON public.memberships USING btree (group_id, joined_at, account_id);
CREATE INDEX ix_outbox_account_id ON public.outbox USING btree (account_id);
CREATE INDEX ix_outbox_created_at ON public.outbox USING btree (created_at);
CREATE INDEX ix_outbox_recipient_key_created_at ON public.outbox USING btree (recipient_key, created_at);
CREATE INDEX ix_outbox_state_due_at ON public.outbox USING btree (state, due_at);
CREATE INDEX ix_sessions_account_id ON public.sessions USING btree (account_id);
CREATE INDEX ix_sessions_expires_at ON public.sessions USING btree (expires_at);
CREATE INDEX ix_signing_keys_ends_at ON public.signing_keys USING btree (ends_at);
CREATE INDEX ix_tokens_account_id_id ON public.tokens USING btree (account_id, id);
CREATE UNIQUE INDEX uq_accounts_email_key ON public.accounts USING btree (email_key) WHERE (state <> 'unverified'::text);
CREATE UNIQUE INDEX uq_accounts_username_key ON public.accounts USING btree (username_key) WHERE (state <> 'unverified'::text);
CREATE UNIQUE INDEX uq_memberships_default ON public.memberships USING btree (account_id) WHERE is_default;
CREATE UNIQUE INDEX uq_sessions_attachment_digest ON public.sessions USING btree (attachment_digest);
CREATE UNIQUE INDEX uq_tokens_default ON public.tokens USING btree (account_id) WHERE is_default;
ALTER TABLE ONLY public.directory
    ADD CONSTRAINT directory_account_id_fkey FOREIGN KEY (account_id) REFERENCES public.accounts(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.grants
    ADD CONSTRAINT fk_grants_account_id_accounts FOREIGN KEY (account_id) REFERENCES public.accounts(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.identities
    ADD CONSTRAINT fk_identities_account_id_accounts FOREIGN KEY (account_id) REFERENCES public.accounts(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.invitations
    ADD CONSTRAINT fk_invitations_group_id_groups FOREIGN KEY (group_id) REFERENCES public.groups(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.links
    ADD CONSTRAINT fk_links_account_id_accounts FOREIGN KEY (account_id) REFERENCES public.accounts(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.memberships
    ADD CONSTRAINT fk_memberships_account_id_accounts FOREIGN KEY (account_id) REFERENCES public.accounts(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.memberships
    ADD CONSTRAINT fk_memberships_group_id_groups FOREIGN KEY (group_id) REFERENCES public.groups(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.outbox
    ADD CONSTRAINT fk_outbox_account_id_accounts FOREIGN KEY (account_id) REFERENCES public.accounts(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.preferences
    ADD CONSTRAINT fk_preferences_account_id_accounts FOREIGN KEY (account_id) REFERENCES public.accounts(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.profile_images
    ADD CONSTRAINT fk_profile_images_account_id_accounts FOREIGN KEY (account_id) REFERENCES public.accounts(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT fk_sessions_account_id_accounts FOREIGN KEY (account_id) REFERENCES public.accounts(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.tokens
    ADD CONSTRAINT fk_tokens_account_id_accounts FOREIGN KEY (account_id) REFERENCES public.accounts(id) ON DELETE CASCADE;
