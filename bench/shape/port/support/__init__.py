"""The support of a draft: functions and classes for what asyncio does not have."""
