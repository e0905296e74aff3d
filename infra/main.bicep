// The whole deployment: one resource group with one function app and one storage account, and what
// watches over them. The same for every cloud: endpoints come from environment().
targetScope = 'subscription'

@minLength(1)
@maxLength(32)
@description('Name of the azd environment; every name of a resource derives from it.')
param environmentName string

@description('Region of all resources.')
param location string

@allowed(['', 'usGovernment', 'public'])
@description('Which sign-in authority is trusted and which rules hold. Has to be the cloud deployed to, and is if left empty.')
param cloud string = ''

@description('Application (client) id that tokens must be issued for.')
param clientId string

@description('The one tenant whose PlatformOperator role counts.')
param operatorTenantId string

@description('Where callers reach the app, if not at its own host name: a custom domain or a gateway. Starts with https://.')
param publicBaseUrl string = ''

@allowed(['', 'flexConsumption', 'elasticPremium'])
@description('Hosting plan. Empty: Flex Consumption, but Elastic Premium in the Government cloud, which has no other.')
param hosting string = ''

@description('Of the package that Elastic Premium runs, app-{version}.zip. Empty: none yet.')
param packageVersion string = ''

@description('Whether storage and vault are reached through private endpoints in a network of their own.')
param privateNetwork bool = false

@description('Address range of that network, at least a /23. To be peered it must differ from the other network\'s.')
param networkPrefix string = '10.0.0.0/16'

@description('Public addresses or ranges, with commas between, that reach storage and vault although the network is private: whoever puts the secret and the package there. Empty: nobody.')
param deployerAddresses string = ''

@description('Ranges with a slash, or service tags such as AzureFrontDoor.Backend, with commas between, that alone may call the app. Empty: everybody, with a token.')
param inboundAddresses string = ''

@description('Whether the app goes out to the internet by one fixed address; with a private network.')
param fixedOutbound bool = false

@allowed(['', 'Standard_ZRS', 'Standard_GZRS', 'Standard_RAGZRS', 'Standard_GRS', 'Standard_RAGRS', 'Standard_LRS'])
@description('Redundancy of the storage account. Empty: Standard_ZRS in a region with zones, else Standard_GRS.')
param storageRedundancy string = ''

@description('Whether the vault of a removed or failed deployment with the same names comes back, instead of a new one.')
param recoverVault bool = false

@description('Whether the account of the ledger is locked against deletion. The deployer then has to be Owner or User Access Administrator.')
param storageLock bool = false

@description('Who is told of an alert. Empty: alerts are raised but nobody is written to.')
param alertEmail string = ''

@description('Whether places around the country ask every five minutes if the app answers.')
param availabilityTest bool = true

@description('Days that logs are kept.')
@minValue(30)
@maxValue(730)
param logRetentionDays int = 90

@description('Gigabytes of logs a day, after which none are taken until the next. -1: no limit. What is cut off is silent, alerts too.')
@minValue(-1)
param logDailyGigabytes int = -1

@description('Hours without a sweep that raise an alert, below the two days that alerts look back.')
@minValue(2)
@maxValue(40)
param sweepHours int = 26

@description('Seconds that lists, feeds and webhooks may follow a command late.')
@minValue(1)
param lagSeconds int = 300

@description('How often storage may ask to slow down within a quarter of an hour.')
@minValue(1)
param throttleLimit int = 100

@description('Percent of answers that may be server errors.')
@minValue(1)
@maxValue(99)
param serverErrorPercent int = 1

@description('Elastic Premium: server errors that the platform may count within five minutes.')
@minValue(1)
param serverErrorLimit int = 10

@description('Most instances the app scales out to on Flex Consumption.')
@minValue(40)
@maxValue(1000)
param maximumInstances int = 100

@description('Most instances the app scales out to on Elastic Premium. Most regions have 20 for Linux.')
@minValue(1)
@maxValue(100)
param premiumInstances int = 20

@description('Groups and their instances that Flex Consumption keeps ready, as http=1,function:projections=1. Empty: all start from zero.')
param alwaysReady string = ''

@description('Instances that Elastic Premium keeps ready.')
@minValue(1)
@maxValue(20)
param premiumReady int = 1

@description('Whether instances are spread over zones, where the region has them. Flex Consumption then keeps two of each group, Elastic Premium three instances.')
param zoneRedundant bool = false

@description('HTTP requests one instance of Flex Consumption works on at a time. Python would have 1 by default; this app waits for storage, not for the processor.')
@minValue(1)
@maxValue(1000)
param requestsPerInstance int = 32

@description('NCRONTAB of the consistency sweep.')
param sweepSchedule string = '0 7 3 * * *'

@allowed(['seed', 'permissions-overview'])
@description('Which roles may do what.')
param rolePreset string = 'seed'

@description('Whether plain members of a customer may read what its Global Reader may.')
param memberAccess bool = false

@description('Whom people on pages can ask: an e-mail address, a telephone number or an https address')
param supportContact string = ''

@description('The text of the Microsoft Customer Agreement that pages link to; none: Microsoft\'s own')
param customerAgreementUrl string = ''

var abbreviations = loadJsonContent('abbreviations.json')
var zones = loadJsonContent('zones.json')
var region = toLower(replace(location, ' ', ''))
var token = toLower(uniqueString(subscription().id, environmentName, region))
var tags = { 'azd-env-name': environmentName }
var serviceTags = union(tags, { 'azd-service-name': 'api' })

// What was left empty.
var government = environment().name == 'AzureUSGovernment'
var trustedCloud = !empty(cloud) ? cloud : (government ? 'usGovernment' : 'public')
var plan = !empty(hosting) ? hosting : (government ? 'elasticPremium' : 'flexConsumption')
var redundancy = !empty(storageRedundancy) ? storageRedundancy : (contains(zones, region) ? 'Standard_ZRS' : 'Standard_GRS')
var deployers = !empty(deployerAddresses) ? split(replace(deployerAddresses, ' ', ''), ',') : []
var addresses = privateNetwork ? deployers : []
var inbound = !empty(inboundAddresses) ? split(replace(inboundAddresses, ' ', ''), ',') : []

var siteName = '${abbreviations.webSitesFunctions}${token}'
var planName = '${abbreviations.webServerFarms}${token}'

resource group 'Microsoft.Resources/resourceGroups@2024-03-01' = {
  name: '${abbreviations.resourcesResourceGroups}${environmentName}'
  location: location
  tags: tags
}

module identity 'app/identity.bicep' = {
  scope: group
  params: {
    name: '${abbreviations.managedIdentityUserAssignedIdentities}${token}'
    location: location
    tags: tags
  }
}

module packageIdentity 'app/identity.bicep' = {
  scope: group
  params: {
    name: '${abbreviations.managedIdentityUserAssignedIdentities}${token}-package'
    location: location
    tags: tags
  }
}

module network 'app/network.bicep' = if (privateNetwork) {
  scope: group
  params: {
    name: '${abbreviations.networkVirtualNetworks}${token}'
    location: location
    tags: tags
    hosting: plan
    prefix: networkPrefix
    fixedOutbound: fixedOutbound
  }
}

module monitoring 'app/monitoring.bicep' = {
  scope: group
  params: {
    workspaceName: '${abbreviations.operationalInsightsWorkspaces}${token}'
    insightsName: '${abbreviations.insightsComponents}${token}'
    location: location
    tags: tags
    retentionDays: logRetentionDays
    dailyGigabytes: logDailyGigabytes
    publisherId: identity.outputs.principalId
  }
}

module storage 'app/storage.bicep' = {
  scope: group
  params: {
    name: '${abbreviations.storageStorageAccounts}${token}'
    location: location
    tags: tags
    redundancy: redundancy
    publicAccess: !privateNetwork
    addresses: addresses
    lock: storageLock
    workspaceId: monitoring.outputs.workspaceId
    principalId: identity.outputs.principalId
  }
}

module packages 'app/packages.bicep' = {
  scope: group
  params: {
    name: '${abbreviations.storageStorageAccounts}p${token}'
    location: location
    tags: tags
    redundancy: redundancy
    publicAccess: !privateNetwork
    addresses: addresses
    hosting: plan
    workspaceId: monitoring.outputs.workspaceId
    principalId: packageIdentity.outputs.principalId
  }
}

module vault 'app/vault.bicep' = {
  scope: group
  params: {
    name: '${abbreviations.keyVaultVaults}${token}'
    location: location
    tags: tags
    publicAccess: !privateNetwork
    addresses: addresses
    recover: recoverVault
    workspaceId: monitoring.outputs.workspaceId
    principalId: identity.outputs.principalId
  }
}

module endpoints 'app/endpoints.bicep' = if (privateNetwork) {
  scope: group
  params: {
    prefix: '${abbreviations.networkPrivateEndpoints}${token}'
    location: location
    tags: tags
    networkId: network.?outputs.networkId ?? ''
    subnetId: network.?outputs.endpointsSubnetId ?? ''
    storageId: storage.outputs.id
    packagesId: packages.outputs.id
    vaultId: vault.outputs.id
  }
}

module flex 'app/flex.bicep' = if (plan == 'flexConsumption') {
  scope: group
  params: {
    name: siteName
    planName: planName
    location: location
    tags: tags
    serviceTags: serviceTags
    subnetId: network.?outputs.appSubnetId ?? ''
    identityId: identity.outputs.id
    packageIdentityId: packageIdentity.outputs.id
    packageContainer: packages.outputs.container
    alwaysReady: alwaysReady
    zoneRedundant: zoneRedundant
    maximumInstances: maximumInstances
    requestsPerInstance: requestsPerInstance
  }
  dependsOn: [endpoints, storage, vault]
}

module premium 'app/premium.bicep' = if (plan == 'elasticPremium') {
  scope: group
  params: {
    name: siteName
    planName: planName
    location: location
    tags: tags
    serviceTags: serviceTags
    subnetId: network.?outputs.appSubnetId ?? ''
    identityId: identity.outputs.id
    packageIdentityId: packageIdentity.outputs.id
    instances: premiumInstances
    alwaysReady: premiumReady
    zoneRedundant: zoneRedundant
  }
  dependsOn: [endpoints, packages, storage, vault]
}

module settings 'app/settings.bicep' = {
  scope: group
  params: {
    siteName: siteName
    hosting: plan
    packageVersion: packageVersion
    packageIdentityId: packageIdentity.outputs.id
    identityClientId: identity.outputs.clientId
    storage: storage.outputs.endpoints
    packageContainer: packages.outputs.container
    vaultUri: vault.outputs.uri
    insightsConnection: monitoring.outputs.connectionString
    workspaceId: monitoring.outputs.workspaceId
    inbound: inbound
    deployers: deployers
    cloud: trustedCloud
    clientId: clientId
    operatorTenantId: operatorTenantId
    publicBaseUrl: publicBaseUrl
    sweepSchedule: sweepSchedule
    rolePreset: rolePreset
    memberAccess: memberAccess
    supportContact: supportContact
    customerAgreementUrl: customerAgreementUrl
  }
  dependsOn: [flex, premium]
}

module alerts 'app/alerts.bicep' = {
  scope: group
  params: {
    groupName: '${abbreviations.insightsActionGroups}${token}'
    location: location
    tags: tags
    email: alertEmail
    hosting: plan
    workspaceId: monitoring.outputs.workspaceId
    siteId: settings.outputs.id
    thresholds: {
      lagSeconds: lagSeconds
      serverErrorPercent: serverErrorPercent
      serverErrors: serverErrorLimit
      sweepHours: sweepHours
      throttles: throttleLimit
    }
  }
}

// Nobody who is not let in can ask from outside.
module availability 'app/availability.bicep' = if (availabilityTest && empty(inbound)) {
  scope: group
  params: {
    name: 'csp-answers-${token}'
    location: location
    tags: tags
    url: settings.outputs.url
    insightsId: monitoring.outputs.insightsId
    actionGroupId: alerts.outputs.groupId
  }
}

module workbook 'app/workbook.bicep' = {
  scope: group
  params: {
    location: location
    tags: tags
    insightsId: monitoring.outputs.insightsId
  }
}

output AZURE_LOCATION string = location
output AZURE_TENANT_ID string = tenant().tenantId
output AZURE_RESOURCE_GROUP string = group.name
output AZURE_FUNCTION_NAME string = siteName
output AZURE_FUNCTION_ID string = settings.outputs.id
output AZURE_HOSTING string = plan
output AZURE_STORAGE_ACCOUNT string = storage.outputs.name
output AZURE_STORAGE_QUEUES string = storage.outputs.endpoints.queue
output AZURE_PACKAGE_ACCOUNT string = packages.outputs.name
output AZURE_KEY_VAULT_NAME string = vault.outputs.name
output SERVICE_API_ENDPOINT string = settings.outputs.url
output SERVICE_API_NAME string = siteName

// What the registration must be told of (docs/operate.md, section 2): where it sends people back to,
// and whose tokens prove that it is the app which asks.
var url = settings.outputs.url
output SIGN_IN_REDIRECT_ADDRESSES string = '${url}/signin/callback ${url}/signin/consented ${url}/'
output SIGN_IN_SUBJECT string = identity.outputs.principalId
