"""Onboarding messages: who may send what, and what becomes of it."""
