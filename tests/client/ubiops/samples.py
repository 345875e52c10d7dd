"""The samples of the reference document, in the parts they are put together from."""

ADDRESS = "https://api.ubiops.com/v2.1"

ENVIRONMENT = """
import ubiops

# Set environment variables
# - UBIOPS_API_TOKEN: "Token <YOUR_API_TOKEN>"
# - UBIOPS_API_HOST: optional - default to "https://api.ubiops.com/v2.1"
core_api = ubiops.CoreApi()
"""

PARAMETERS = """
import ubiops

configuration = ubiops.Configuration()
# Configure API token authorization
configuration.api_key['Authorization'] = "Token <YOUR_API_TOKEN>"
# Defining host is optional and default to "https://api.ubiops.com/v2.1"
configuration.host = "https://api.ubiops.com/v2.1"

api_client = ubiops.ApiClient(configuration)
core_api = ubiops.CoreApi(api_client)
"""

CREATE = """
data = ubiops.UserPendingCreate() # UserPendingCreate

# Create a new user
api_response = core_api.user_create(data)
print(api_response)
"""

DELETE = """
# Delete user
core_api.user_delete()
"""

CLOSE = {ENVIRONMENT: "core_api.api_client.close()", PARAMETERS: "api_client.close()"}


def pasted(program: str, url: str) -> str:
    """Give a sample with the import of our client and the address of a server."""
    ours = program.replace("\nimport ubiops\n", "\nfrom gatepost import ubiops\n")
    return ours.replace(ADDRESS, url)
