"""The profile of a client: will it stay, what may it demand, what does it cost us when it goes?"""

from kamlib.client_profile.contract_book import ContractBook, review_contracts
from kamlib.client_profile.profile import ClientProfile, profile_client

__all__ = ["ClientProfile", "ContractBook", "profile_client", "review_contracts"]
